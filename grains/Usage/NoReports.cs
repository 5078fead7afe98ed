// Messages that are refunded when no report comes: a row of due work stands for each quarter of a day in which some were recorded.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Usage;

/// <summary>Written before the first event of a quarter is recorded; falls due when the last one of it has waited its hours.</summary>
public sealed class NoReports(SubscriptionActivation self)
{
    /// <summary>What the kind of the due work begins with; the end of the quarter follows, so that rows never move.</summary>
    public const string Kind = "no_report/";

    private static readonly long QuarterMicros = Limits.NoReportQuarter.BclCompatibleTicks / 10;
    private static readonly long PatienceMicros = Limits.NoReportHours * 3_600_000_000L;
    private long standsFor;

    /// <summary>Whether a row must be written before something is recorded now.</summary>
    public bool IsMissing(long nowMicros) => standsFor != EndOf(nowMicros);

    /// <summary>Writes the row. Throws a storage exception.</summary>
    public async Task Stand(long nowMicros)
    {
        var end = EndOf(nowMicros);
        await self.Services.Due.SetDue(new DueWork(Micros.Instant(end + PatienceMicros), Identifiers.SubscriptionChild(self.Id), Kind + Micros.Instant(end)),
            CancellationToken.None);
        standsFor = end;
    }

    /// <summary>Refunds what was recorded in the quarter that ended so long before the row fell due.</summary>
    public Task<int?> Work(long dueMicros, CancellationToken cancel) =>
        DeliveryDesk.NoReports(self, dueMicros - PatienceMicros - QuarterMicros, dueMicros - PatienceMicros, cancel);

    // Of (end − quarter, end], the one that holds an instant.
    private static long EndOf(long micros) => (long)Math.Ceiling(micros / (decimal)QuarterMicros) * QuarterMicros;
}
