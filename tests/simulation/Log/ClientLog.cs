// What clients write down while a run goes on: what they sent, and what they were told. The auditor believes nothing else about them.
namespace OrleansBilling.Simulation.Tests.Log;

/// <summary>One usage event as it was sent.</summary>
public sealed record SentEvent(string Source, string Id, long TimeMicros, decimal Quantity, string Meter, string Country);

/// <summary>A line of the log.</summary>
public abstract record LogEntry;

/// <summary>Events of one call.</summary>
public sealed record UsageSent(int Request, string Subscription, IReadOnlyList<SentEvent> Events) : LogEntry;

/// <summary>One word per event: accepted, duplicate, conflict, unknown, untaken, short (no money), refused (never to be taken), closed (its backfill was reverted).</summary>
public sealed record UsageAnswered(int Request, IReadOnlyList<string> Words) : LogEntry;

/// <summary>A command on a hold: place, capture, release.</summary>
public sealed record HoldSent(int Request, string Subscription, string Verb, string Id, decimal Quantity, SentEvent? Event) : LogEntry;

/// <summary>done, refused, conflict, missing, expired, unknown; the units held and captured when done.</summary>
public sealed record HoldAnswered(int Request, string Word, decimal Held, decimal Captured) : LogEntry;

/// <summary>A package for one leg of a subscription.</summary>
public sealed record GrantSent(int Request, string Subscription, string Id, string Agreement, decimal Quantity, decimal Price) : LogEntry;

/// <summary>done, conflict, short (no money), late (its own end has passed), unknown.</summary>
public sealed record GrantAnswered(int Request, string Word) : LogEntry;

/// <summary>A payment: top_up, or transfer to another wallet.</summary>
public sealed record MoneySent(int Request, string Verb, string Wallet, string Reference, string To, decimal Amount, decimal Credited, long? ExpiresMicros) : LogEntry;

/// <summary>done, conflict, insufficient, invalid, missing, unknown.</summary>
public sealed record MoneyAnswered(int Request, string Word) : LogEntry;

/// <summary>A limit that a client set or tried to set.</summary>
public sealed record LimitSent(string Wallet, decimal Limit) : LogEntry;

/// <summary>An event is to be retracted (no quantity), amended, or was reported (a message state).</summary>
public sealed record CorrectionSent(int Request, string Subscription, string Id, string Source, string EventId, decimal? Quantity, string? Delivery) : LogEntry;

/// <summary>done, unchanged, short, conflict, missing, gone, not_delivered, price_corrected, unknown.</summary>
public sealed record CorrectionAnswered(int Request, string Word) : LogEntry;

/// <summary>Events are to cost something else on an agreement: a price per unit, one event each.</summary>
public sealed record PriceSent(int Request, string Subscription, string Id, string Source, string EventId, string Agreement, decimal UnitPrice) : LogEntry;

/// <summary>done, unchanged (it costs that, or nothing there has a price), conflict, missing, gone, unknown.</summary>
public sealed record PriceAnswered(int Request, string Word) : LogEntry;

/// <summary>A backfill is to be taken back on a subscription.</summary>
public sealed record RevertSent(int Request, string Subscription, string Backfill) : LogEntry;

/// <summary>done, unknown.</summary>
public sealed record RevertAnswered(int Request, string Word) : LogEntry;

/// <summary>What a subscription says of a backfill: events that were accepted, and what stands by agreement.</summary>
public sealed record BackfillRead(int Request, string Subscription, string Backfill, long Accepted, IReadOnlyDictionary<string, decimal> Amounts) : LogEntry;

/// <summary>A live reading is asked for; of a period when it is a subscription's usage.</summary>
public sealed record ReadingSent(int Request, string Of, string Period = "2025-05") : LogEntry;

/// <summary>Usage of a subscription in a period: count, units and amount by agreement.</summary>
public sealed record UsageRead(int Request, string Subscription, IReadOnlyDictionary<string, (long Count, decimal Quantity, decimal Amount)> ByAgreement,
    string Period = "2025-05") : LogEntry;

/// <summary>Where a wallet stands.</summary>
public sealed record BalanceRead(int Request, string Wallet, decimal Posted, decimal Held, decimal Limit, decimal Available, decimal Forced) : LogEntry;

/// <summary>Faults are over.</summary>
public sealed record Healed : LogEntry;

/// <summary>Everything is decided and given back; all that follows is told from rest.</summary>
public sealed record AtRest : LogEntry;

/// <summary>A thing that must not happen, seen by the run itself.</summary>
public sealed record Surprise(string What) : LogEntry;

/// <summary>One leg of a subscription: who is charged, from which wallet, at which price by country, and what is added to it there.</summary>
public sealed record LegFacts(string Agreement, string? Wallet, bool CountsUnits, IReadOnlyDictionary<string, decimal> Prices)
{
    public IReadOnlyDictionary<string, decimal> Added { get; init; } = new Dictionary<string, decimal>();

    /// <summary>What its wallet pays for each day.</summary>
    public decimal Fee { get; init; }
}

/// <summary>Who is who: stream numbers, parents of wallets, legs of subscriptions.</summary>
public sealed record TreeFacts(IReadOnlyDictionary<long, string> Streams, IReadOnlyDictionary<string, string?> Parents, IReadOnlyDictionary<string, LegFacts[]> Legs);

/// <summary>In the order in which it happened.</summary>
public sealed class ClientLog
{
    private int requests;

    public List<LogEntry> Entries { get; } = [];

    /// <summary>Messages may arrive twice in this run: then one that was told not to be taken may be taken by its copy.</summary>
    public bool MessagesDoubled { get; set; }

    public int NextRequest() => ++requests;

    public void Add(LogEntry entry) => Entries.Add(entry);
}
