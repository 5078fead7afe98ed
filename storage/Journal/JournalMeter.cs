// The journal's figures for telemetry: flush size, flush time, queue depth.
using System.Diagnostics.Metrics;

namespace OrleansBilling.Storage.Journal;

sealed class JournalMeter : IDisposable
{
    readonly Meter meter = new("OrleansBilling.Storage");
    readonly Histogram<int> rows;
    readonly Histogram<long> bytes;
    readonly Histogram<double> duration;

    public JournalMeter(QueueGauge gauge)
    {
        rows = meter.CreateHistogram<int>("billing.journal.flush.rows");
        bytes = meter.CreateHistogram<long>("billing.journal.flush.size", "By");
        duration = meter.CreateHistogram<double>("billing.journal.flush.duration", "s");
        meter.CreateObservableGauge("billing.journal.queue.size", () => gauge.Bytes, "By");
    }

    public void Flushed(int rowCount, long byteCount, TimeSpan elapsed)
    {
        rows.Record(rowCount);
        bytes.Record(byteCount);
        duration.Record(elapsed.TotalSeconds);
    }

    public void Dispose() => meter.Dispose();
}
