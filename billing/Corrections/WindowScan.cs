// Finds the events of a window that a price correction is to price anew, and how many units of their totals come behind them.
using System.Text;
using NodaTime;

namespace OrleansBilling.Billing.Usage;

/// <summary>Usage by its own time, meter and dimensions on the legs of one agreement and plan, and the plan's version that should have priced it.</summary>
/// <param name="ToMicros">Exclusive.</param>
/// <param name="Meter">Null: every one.</param>
/// <param name="Match">Dimensions that must have these values.</param>
public sealed record PricedWindow(string Agreement, string Plan, int PlanVersion, long FromMicros, long ToMicros, string? Meter,
    IReadOnlyList<KeyValuePair<string, string>> Match);

/// <summary>An event that is to be priced anew.</summary>
/// <param name="Version">The row that it stands in.</param>
/// <param name="Units">Its units that are priced now, in the total of <paramref name="Identity"/>.</param>
public sealed record WindowEvent(long Version, CorrectionRequest Request, JournaledEvent Event, CellIdentity Identity, decimal Units);

/// <summary>
/// Visits rows in order; journal order is the order in which a window is priced anew. Events beyond <paramref name="most"/> are only counted. What was
/// priced anew by the same correction is passed over.
/// </summary>
public sealed class WindowScan(SubscriptionState state, PricedWindow window, string correction, string reason, int most) : UsageVisitor
{
    private readonly byte[]? meter = window.Meter is { } only ? Encoding.UTF8.GetBytes(only) : null;
    private readonly (byte[] Name, byte[] Value)[] match =
        [.. window.Match.Select(pair => (Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))];
    private readonly List<WindowEvent> events = [];
    private readonly Dictionary<(string Charge, Instant Start), decimal> pending = [];

    /// <summary>The row that is visited.</summary>
    public long Version { get; set; }

    /// <summary>What to price anew now.</summary>
    public IReadOnlyList<WindowEvent> Events => events;

    /// <summary>More is left than these.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Units of the same charge and period that are still to be priced anew.</summary>
    public decimal PendingOf(CellIdentity identity) => pending.GetValueOrDefault(Key(identity));

    /// <summary>The event is next: it is not behind itself.</summary>
    public void Passed(WindowEvent one) => pending[Key(one.Identity)] -= one.Units;

    /// <inheritdoc/>
    public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        if (!IsMeant(record))
            return;
        var hash = record.IdHash;
        var id = PriceChange.IdOf(correction, hash, window.Agreement);
        if (state.Corrections.Find(id) is not null)
            return;
        var standing = Correction.Standing(legs.ToArray(), state.Corrections.Of(hash));
        if (PriceDecider.On(state, standing, window.Agreement) is not { } stood
            || state.CellAt(state.PositionOf(stood.Cell)).Identity is var identity && identity.Plan != window.Plan)
            return;
        pending[Key(identity)] = PendingOf(identity) + stood.Quantity;
        IsFull |= events.Count >= most;
        if (IsFull)
            return;
        var request = new CorrectionRequest(id, Encoding.UTF8.GetString(record.Source), Encoding.UTF8.GetString(record.Id), record.TimeMicros, null, reason,
            Price: new PriceChange(window.Agreement, PlanVersion: window.PlanVersion));
        events.Add(new WindowEvent(Version, request, new JournaledEvent(record.Content.ToArray(), legs.ToArray()), identity, stood.Quantity));
    }

    /// <summary>
    /// Passed over: what an event added to a peak is no price of its own. Its charge has one version in a period; what was read wrongly is amended.
    /// </summary>
    public override void Readings(in UsageRecord record, ReadOnlySpan<LegAmount> legs, ReadOnlySpan<LegReading> readings)
    {
    }

    private static (string, Instant) Key(CellIdentity identity) => (identity.Charge, identity.Period.Start);

    // Our own entries are no usage: what they say of an event is in what stands of it.
    private bool IsMeant(in UsageRecord record)
    {
        if (record.TimeMicros < window.FromMicros || record.TimeMicros >= window.ToMicros || Correction.Is(record) || BackfillName.Is(record.Source)
            || (meter is not null && !record.Meter.SequenceEqual(meter)))
            return false;
        foreach (var (name, wanted) in match)
        {
            if (!record.TryGetDimension(name, out var value) || !value.SequenceEqual(wanted))
                return false;
        }

        return true;
    }
}
