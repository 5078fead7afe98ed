// Quantiles of sorted latencies.
namespace OrleansBilling.LoadTests.Client;

static class Quantiles
{
    /// <summary>Milliseconds of sorted microseconds; 0 of none. A share of 1 is the largest.</summary>
    public static double Ms(int[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))] / 1000.0;
}
