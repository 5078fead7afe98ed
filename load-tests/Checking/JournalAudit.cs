// Compares what the client knows to be taken with what the database holds, stream by stream, and says every difference it finds.
using System.Globalization;

namespace OrleansBilling.LoadTests.Checking;

/// <summary>Cumulative over rounds: fed with the rows that are new since the last comparison.</summary>
sealed class JournalAudit(int subscriptions)
{
    const int ViolationsMax = 10;
    readonly Dictionary<long, StreamAudit> streams = [];
    readonly StreamAudit?[] ofSubscription = new StreamAudit?[subscriptions];
    readonly List<string> violations = [];

    public long Rows { get; private set; }
    public IReadOnlyCollection<long> Streams => streams.Keys;

    public void Know(long stream, int subscription)
    {
        if (!streams.ContainsKey(stream))
            streams[stream] = ofSubscription[subscription] = new StreamAudit(subscription);
    }

    public long VersionOf(long stream) => streams[stream].Version;

    /// <summary>A snapshot: its totals must be those of the journal at its version.</summary>
    public void Claim(long stream, ClaimedTotals claim)
    {
        if (streams.TryGetValue(stream, out var audit) && claim.Version > audit.Version)
            audit.Claim = claim;
    }

    public void Row(long stream, long version, ReadOnlySpan<byte> payload)
    {
        var audit = streams[stream];
        Rows++;
        try
        {
            audit.Row(stream, version, payload);
        }
        catch (Exception fault) when (fault is JournalFormatException or OverflowException)
        {
            Violation($"row {stream}/{version} of {Name(audit.Subscription)}: {fault.Message}");
        }
    }

    /// <summary>The rows that the table has in all, for the streams known here.</summary>
    public void CountOfRows(long rows)
    {
        if (rows != Rows)
            Violation($"the journal has {rows} rows, {Rows} could be read in version order");
    }

    /// <summary>Empty: the database holds exactly what was acknowledged.</summary>
    public IReadOnlyList<string> Compare(ExpectedUsage expected)
    {
        for (var subscription = 0; subscription < ofSubscription.Length; subscription++)
        {
            ref readonly var wanted = ref expected.OfSubscription[subscription];
            var found = ofSubscription[subscription] is { } audit ? audit.Digest : default;
            if (!found.Equals(wanted))
                Violation(Difference(subscription, wanted, found));
        }

        return violations;
    }

    static string Difference(int subscription, in UsageDigest wanted, in UsageDigest found)
    {
        var what = found.Count < wanted.Count ? "acknowledged events are lost"
            : found.Count > wanted.Count ? "events are counted that were not taken, or twice"
            : found.HashSum != wanted.HashSum ? "other events than the acknowledged ones are journaled"
            : found.Quantity != wanted.Quantity ? "quantities differ"
            : "amounts differ";
        return $"{Name(subscription)}: {what} (acknowledged: {Text(wanted)}; journaled: {Text(found)})";
    }

    static string Text(in UsageDigest digest) =>
        string.Create(CultureInfo.InvariantCulture, $"{digest.Count} events, {digest.Quantity} units, {digest.Wholesale} wholesale, {digest.Retail} retail");

    static string Name(int subscription) => string.Create(CultureInfo.InvariantCulture, $"s-{subscription:000000}");

    void Violation(string what)
    {
        if (violations.Count < ViolationsMax)
            violations.Add(what);
    }
}
