// Sends usage: new events, the same ones again, others under a known id, and ones that nobody may take.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class UsageClient(Desk desk, int number)
{
    private static readonly long Day = 86_400_000_000;
    private readonly Dictionary<string, List<SentEvent>> known = [];
    private int made;

    public async Task Work(int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            var subscription = desk.Any(Tree.Subscriptions).Id;
            if (!known.TryGetValue(subscription, out var sent))
                known[subscription] = sent = [];
            var events = Enumerable.Range(0, desk.Random.Next(1, 7)).Select(_ => Next(subscription, sent)).ToArray();
            await desk.Try($"usage {number} {call}", () => Send(desk, subscription, events));
            await desk.Think();
        }
    }

    /// <summary>One call, written down with what was heard. False: somebody has to ask again.</summary>
    public static async Task<bool> Send(Desk desk, string subscription, SentEvent[] events)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new UsageSent(request, subscription, events));
        var answer = await desk.Ask(() => desk.Subscription(subscription).Record(new UsageBatch { Records = Pack(events, desk.Filler), Count = events.Length }));
        var words = events.Select((_, at) => Word(answer, at)).ToArray();
        desk.Log.Add(new UsageAnswered(request, words));
        if (answer?.State != BatchState.Decided)
            return false;
        var settled = events.Where((_, at) => words[at] is "accepted" or "duplicate" or "conflict" or "closed").ToArray();
        if (settled.Length > 0 && desk.Chance(30))
            desk.Decided[$"usage {request}"] = () => Send(desk, subscription, settled);
        return true;
    }

    private static string Word(UsageAnswer? answer, int at) => answer?.State switch
    {
        null or BatchState.Unknown => "unknown",
        BatchState.Decided => (UsageOutcome)answer.Outcomes[at] switch
        {
            UsageOutcome.Accepted => "accepted",
            UsageOutcome.Duplicate => "duplicate",
            UsageOutcome.Conflict => "conflict",
            UsageOutcome.InsufficientFunds or UsageOutcome.UpstreamCredit or UsageOutcome.InsufficientAllowance => "short",
            UsageOutcome.UnknownMeter or UsageOutcome.NoPrice or UsageOutcome.TooLate or UsageOutcome.InTheFuture or UsageOutcome.TooRecent => "refused",
            UsageOutcome.BackfillClosed => "closed",
            var other => "odd: " + other,
        },
        BatchState.Parked => "odd: parked",
        _ => "untaken",
    };

    private SentEvent Next(string subscription, List<SentEvent> sent)
    {
        var choice = desk.Random.Next(100);
        if (choice < 18 && sent.Count > 0)
            return desk.Any(sent);
        if (choice < 23 && sent.Count > 0)
            return desk.Any(sent) is { Quantity: < 1001 } good ? good with { Quantity = desk.Random.Next(101, 200) } : desk.Any(sent);
        var one = new SentEvent("/smsc", $"e{number}-{++made}", desk.NowMicros - (desk.Random.NextInt64(2 * Day) / 1000 * 1000), Quantity(), Tree.Meter, desk.Chance(50) ? "FI" : "EE");
        // What is never taken has a quantity of its own, by which the auditor knows it.
        one = choice switch
        {
            23 => one with { Meter = "unknown", Quantity = 1001 },
            24 => one with { Country = "XX", Quantity = 1001 },
            25 => one with { TimeMicros = desk.NowMicros - (36 * Day), Quantity = 1001 },
            26 => one with { TimeMicros = desk.NowMicros + Day, Quantity = 1001 },
            _ => one,
        };
        sent.Add(one);
        desk.Sent.Add((subscription, one));
        return one;
    }

    private decimal Quantity() => desk.Random.Next(8) switch { 0 => desk.Random.Next(10, 100), _ => desk.Random.Next(1, 10) };

    /// <summary>As the edge packs events.</summary>
    public static byte[] Pack(IReadOnlyList<SentEvent> events, string note)
    {
        var all = new PackedWriter(events.Count * 64);
        foreach (var one in events)
            all.Bytes(Content(one, note));
        return all.Written.ToArray();
    }

    public static byte[] Content(SentEvent one, string note)
    {
        var writer = new PackedWriter(96);
        writer.String(one.Source);
        writer.String(one.Id);
        writer.Int64(one.TimeMicros);
        writer.Decimal(one.Quantity);
        writer.String(one.Meter);
        writer.Count(2);
        writer.String("country");
        writer.String(one.Country);
        writer.String("note");
        writer.String(note);
        return writer.Written.ToArray();
    }
}
