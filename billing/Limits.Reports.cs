// Bounds of reports.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Months that one report covers.</summary>
    public const int ReportMonthsMax = 24;

    /// <summary>Rows of one report: what has more is asked for by a coarser group.</summary>
    public const int ReportRowsMax = 20_000;
}
