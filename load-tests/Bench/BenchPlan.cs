// What a run of the benchmark does: which shapes, how many rounds, how long.
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

sealed record BenchPlan
{
    public static readonly string[] Known = ["W1z", "W1u", "W1h", "B1", "B5", "B4"];

    public required bool Quick { get; init; }
    public required IReadOnlyList<string> Only { get; init; }
    public required int Rounds { get; init; }
    public required Population Population { get; init; }
    public required TimeSpan Calibration { get; init; }
    public required TimeSpan WarmUp { get; init; }
    public required TimeSpan Measured { get; init; }
    public required TimeSpan Baseline { get; init; }
    public IReadOnlyList<int> ConnectionCounts { get; } = [8, 16, 32];
    public IReadOnlyList<int> PgbenchClients { get; } = [8, 32];

    public static BenchPlan Of(bool quick, IReadOnlyList<string> only, int? rounds) => quick
        ? new()
        {
            Quick = true, Only = only.Count > 0 ? only : ["W1z", "B1"], Rounds = rounds ?? 2, Population = Population.Quick,
            Calibration = TimeSpan.FromSeconds(1), WarmUp = TimeSpan.FromSeconds(1), Measured = TimeSpan.FromSeconds(4), Baseline = TimeSpan.FromSeconds(4),
        }
        : new()
        {
            Quick = false, Only = only.Count > 0 ? only : Known, Rounds = rounds ?? 4, Population = Population.Full,
            Calibration = TimeSpan.FromSeconds(3), WarmUp = TimeSpan.FromSeconds(3), Measured = TimeSpan.FromSeconds(10), Baseline = TimeSpan.FromSeconds(10),
        };

    public bool Has(string name) => Only.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The events of a workload.</summary>
    public EventMix Mix(string workload) => new(500, 10, workload switch
    {
        "W1z" => SubscriptionSampler.Zipf(1.0, Population.Subscriptions, Population.Subscriptions),
        "W1u" => SubscriptionSampler.Zipf(0, Population.Subscriptions, Population.Subscriptions),
        "W1h" => SubscriptionSampler.Zipf(1.0, 100, Population.Subscriptions),
        _ => throw new ArgumentOutOfRangeException(nameof(workload), workload, null),
    });
}
