// A grant: units of one meter on one leg, given in advance, and what happens when they are used up.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>What happens to an event that is not covered in full. Journaled: never renumber.</summary>
public enum ExhaustedPolicy : byte
{
    /// <summary>It is refused as a whole.</summary>
    Stop = 0,
    /// <summary>The rest is priced by the plan.</summary>
    Overage = 1,
    /// <summary>The same, until what the plan has charged for the meter in the period would pass the limit.</summary>
    OverageUpTo = 2,
}

/// <summary>What was asked; the same id with the same content is the same grant.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="Agreement">Names the leg.</param>
/// <param name="Meter">What it covers.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Price">For all of it, net, in the currency of the leg's plan; 0: free.</param>
/// <param name="StartsMicros">First instant of the events that it covers, µs; null: the start of the period in which it is granted.</param>
/// <param name="ExpiresMicros">End (exclusive) of the events that it covers, µs; null: none.</param>
/// <param name="Priority">Lower is used first.</param>
/// <param name="OnExhausted">What happens then.</param>
/// <param name="Limit">Only with <see cref="ExhaustedPolicy.OverageUpTo"/>: money per period, in the plan's currency.</param>
public sealed record GrantRequest(string Id, string Agreement, string Meter, decimal Quantity, decimal Price, long? StartsMicros, long? ExpiresMicros,
    int Priority, ExhaustedPolicy OnExhausted, decimal? Limit)
{
    /// <summary>What happens to units that are left when it expires.</summary>
    public RolloverRule Rollover { get; init; }
}

/// <summary>One grant. Which events it covers is decided by their own time, so no entry ends it.</summary>
public sealed class Grant(int number, GrantRequest request, long grantedMicros, long fromMicros)
{
    /// <summary>How the journal names it, from 1, never used again.</summary>
    public int Number { get; } = number;
    /// <summary>What was asked.</summary>
    public GrantRequest Request { get; } = request;
    /// <summary>When it was granted, µs.</summary>
    public long GrantedMicros { get; } = grantedMicros;
    /// <summary>It covers events from here on, µs: a late event of an earlier period never uses it (domain 0.3, rule 10).</summary>
    public long FromMicros { get; } = fromMicros;
    /// <summary>End of its own time, µs.</summary>
    public long ExpiresMicros { get; } = request.ExpiresMicros ?? long.MaxValue;
    /// <summary>It covers events before this, µs: later than its own time where what is left rolls over.</summary>
    public long UntilMicros { get; init; } = request.ExpiresMicros ?? long.MaxValue;
    /// <summary>Where its units were carried over from; null: it is a package.</summary>
    public CarriedUnits? Origin { get; init; }
    /// <summary>Units that went on into a later period.</summary>
    public decimal CarriedOn { get; private set; }
    /// <summary>Units that stand used.</summary>
    public decimal Used { get; private set; }
    /// <summary>Units that live holds keep.</summary>
    public decimal Held { get; private set; }
    /// <summary>Time of the newest event that used it, µs.</summary>
    public long LastUseMicros { get; private set; }

    /// <summary>Units that are neither used nor held.</summary>
    public decimal Remaining => Request.Quantity - Used - Held - CarriedOn;

    /// <summary>What stands in the place of a purse where it pays.</summary>
    internal int Purse => Origin is null ? UsageCell.CoveredPurse : Origin.IsPool ? UsageCell.PooledPurse : UsageCell.RolledPurse;

    /// <summary>Whether an event of a time would use units that have rolled over: these come first.</summary>
    internal bool IsCarriedAt(long timeMicros) => timeMicros >= (Origin is { } origin ? Micros.Of(origin.End) : ExpiresMicros);


    /// <summary>Whether it is of this leg and meter.</summary>
    public bool IsFor(CellIdentity identity) => Request.Meter == identity.Meter && Request.Agreement == identity.Agreement;

    /// <summary>Whether it covers events of a time.</summary>
    public bool Covers(long timeMicros) => FromMicros <= timeMicros && timeMicros < UntilMicros;

    /// <summary>Uses units, or below 0 gives back what was used.</summary>
    internal void Take(decimal quantity, long timeMicros)
    {
        if (quantity > Remaining || -quantity > Used)
            throw new InvalidOperationException($"{quantity} does not fit grant {Number}: {Used} of {Request.Quantity} are used and {Held} held.");
        Used += quantity;
        LastUseMicros = Math.Max(LastUseMicros, timeMicros);
    }

    /// <summary>Reserves units, or below 0 frees them.</summary>
    internal void Hold(decimal quantity)
    {
        if (quantity > Remaining || -quantity > Held)
            throw new InvalidOperationException($"{quantity} cannot be held of grant {Number}: {Remaining} remain and {Held} are held.");
        Held += quantity;
    }

    /// <summary>As if units had not been used; put back before anything is written.</summary>
    internal void Suppose(decimal quantity) => Used += quantity;

    /// <summary>Gives units to the next period's grant.</summary>
    internal void CarryOn(decimal quantity)
    {
        if (quantity < 0 || quantity > Remaining)
            throw new InvalidOperationException($"{quantity} cannot be carried on from grant {Number}: {Remaining} remain.");
        CarriedOn += quantity;
    }

    internal void Restore(decimal used, decimal held, decimal carriedOn, long lastUseMicros) =>
        (Used, Held, CarriedOn, LastUseMicros) = (used, held, carriedOn, lastUseMicros);

    /// <summary>Whether nothing before an instant can change it any more: no hold, and no event that could still be corrected or come late.</summary>
    internal bool IsDoneBefore(long micros) => Held == 0 && (Remaining == 0 ? LastUseMicros : Math.Max(UntilMicros, LastUseMicros)) < micros;
}
