// A wallet that has itself topped up: its rule, and how far it has come. Changed by facts only.
namespace OrleansBilling.Billing.Wallets;

/// <summary>When less than an amount is available, another one is asked for at the collection port.</summary>
public sealed record AutoTopUp
{
    /// <summary>Asked for while less than this is available, at least 0.</summary>
    public required decimal Below { get; init; }
    /// <summary>What is charged each time, above 0, with no more digits than the currency has.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Requests within a local day of the wallet's zone, 1 to 24.</summary>
    public int PerDay { get; init; } = 1;
}

/// <summary>
/// Requests are numbered and one at a time: number n + 1 is asked for when n has ended. So whatever is repeated after a crash is n again, and a charge that
/// is slow is not doubled by what is spent meanwhile. A decline ends it until somebody resumes it or gives another rule.
/// </summary>
public sealed class TopUpPlan
{
    /// <summary>The definition's rule; null: none.</summary>
    public AutoTopUp? Rule { get; internal set; }
    /// <summary>Requests that were numbered.</summary>
    public long Numbered { get; internal set; }
    /// <summary>The request that has not ended; null: none.</summary>
    public TopUpAsked? Open { get; internal set; }
    /// <summary>Whether the newest request was declined, and nobody has resumed it.</summary>
    public bool IsDeclined { get; internal set; }
    /// <summary>Requests of the day that ends at <see cref="DayEndMicros"/>.</summary>
    public int Today { get; internal set; }
    /// <summary>When the day of the newest request ends, µs.</summary>
    public long DayEndMicros { get; internal set; }

    /// <summary>Whether the next decision may ask.</summary>
    public bool MayAsk => Rule is not null && Open is null && !IsDeclined;

    /// <summary>Requests of the day that it is.</summary>
    public int AskedBy(long micros) => micros < DayEndMicros ? Today : 0;

    /// <summary>Whether it asks now.</summary>
    public bool Asks(decimal available, long micros) => MayAsk && available < Rule!.Below && AskedBy(micros) < Rule.PerDay;

    /// <summary>When it asks, if nothing else happens: the end of a day that has had all its requests. Null: it does not wait for that.</summary>
    public long? WaitsUntil(decimal available, long micros) =>
        MayAsk && available < Rule!.Below && AskedBy(micros) >= Rule.PerDay ? DayEndMicros : null;

    internal void Apply(TopUpFact fact)
    {
        switch (fact)
        {
            case TopUpRuleSet set: (Rule, IsDeclined) = (set.Rule, false); break;
            case TopUpAsked asked:
                WalletState.Fits(MayAsk && asked.Number == Numbered + 1 && asked.Amount > 0 && asked.DayEndMicros >= DayEndMicros, "a top-up is asked for out of turn");
                (Today, DayEndMicros) = (AskedBy(asked.RecordedMicros) + 1, asked.DayEndMicros);
                (Numbered, Open) = (asked.Number, asked);
                break;
            case TopUpEnded ended:
                WalletState.Fits(Open?.Number == ended.Number && (ended.Amount == 0 || ended.Amount == Open.Amount), "a top-up ends that was not asked for");
                (Open, IsDeclined) = (null, ended.Amount == 0);
                break;
            case TopUpsResumed: IsDeclined = false; break;
            default: throw new ArgumentException($"{fact.GetType().Name} is no fact of top-ups.", nameof(fact));
        }
    }
}
