// One decision about a wallet: what fell due first, then what is decided, then whether it runs low; all as facts in one append.
using NodaTime;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>Facts are applied as they are recorded. Between the beginning and the append of <see cref="Frames"/> there is no await.</summary>
public sealed class WalletTurn
{
    private readonly PackedFrames frames = new();

    /// <summary>Begins: a temporary limit that is over ends, credits that are due expire.</summary>
    public WalletTurn(WalletState state, Instant now)
    {
        State = state;
        Recorded = Math.Max(Micros.Of(now), state.LastRecordedMicros);
        if (state.TemporaryLimit is not null && state.TemporaryUntilMicros <= Recorded)
            Record(new TemporaryLimitEnded(Recorded));
        while (state.Lots.Lots is [{ Number: > 0 } soonest, ..] && soonest.ExpiresMicros <= Recorded)
            Record(new CreditExpired(Recorded, soonest.Number, soonest.Left));
    }

    /// <summary>The wallet.</summary>
    public WalletState State { get; }

    /// <summary>Recorded time of this decision, µs: never before an earlier one.</summary>
    public long Recorded { get; }

    /// <summary>Applies a fact and keeps it for the append.</summary>
    public void Record(WalletFact fact)
    {
        State.Apply(fact);
        frames.Add(fact);
    }

    /// <summary>Ends the decision: what to append; empty when nothing happened.</summary>
    public ReadOnlyMemory<byte> Frames()
    {
        var fell = State.Armed.Where(amount => State.Available < amount).ToArray();
        if (fell.Length > 0) Record(new FellBelow(Recorded, fell));
        var daily = State.Daily;
        if (daily is { IsReached: false, Limit: { } limit } && daily.SpentOf(State.Spent) >= limit) Record(new DailyLimitReached(Recorded));
        return frames.Written;
    }
}
