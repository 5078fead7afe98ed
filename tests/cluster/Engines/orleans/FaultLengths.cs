// How long each fault lasts: as in the table of faults with BILLING_FAULTS=whole, or as long as it takes to see it once.
namespace OrleansBilling.Cluster.Tests;

/// <summary>The table asks for an hour and more; ./test takes a few minutes of each.</summary>
public static class FaultLengths
{
    static readonly bool AreWhole = Environment.GetEnvironmentVariable("BILLING_FAULTS") == "whole";

    public static int Times(int briefly, int whole) => AreWhole ? whole : briefly;

    public static TimeSpan Seconds(int briefly, int whole) => TimeSpan.FromSeconds(AreWhole ? whole : briefly);
}
