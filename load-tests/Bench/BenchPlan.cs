// What a run of the benchmark does: which shapes, how many rounds, how long.
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>Sizes of W7, W8 and W9, given on the command line.</summary>
sealed record Sizes(int Partners, int Subscriptions, int OnePartner, int Journaled);

sealed record BenchPlan
{
    /// <summary>Measured in interleaved rounds, in this order and back.</summary>
    public static readonly string[] Contenders = ["B1", "W1u", "W1z", "B3", "W5", "W1h", "W2", "B4", "B2", "B5"];
    /// <summary>Done once, after the rounds, in this order.</summary>
    public static readonly string[] Studies = ["W10", "W3", "W4", "W6", "W9", "W7", "W8"];
    static readonly string[] WithOwnServer = ["W7", "W8"];
    public static readonly string[] Known = [.. Contenders, .. Studies];
    static readonly string[] Ratios = ["B1", "W1u", "W1z", "B3", "W5", "W1h", "W2", "B4"];

    public required bool Quick { get; init; }
    public required IReadOnlyList<string> Only { get; init; }
    public required int Rounds { get; init; }
    public required Population Population { get; init; }
    public required TimeSpan Calibration { get; init; }
    public required TimeSpan FirstWarmUp { get; init; }
    public required TimeSpan WarmUp { get; init; }
    public required TimeSpan Measured { get; init; }
    public required TimeSpan Baseline { get; init; }
    /// <summary>More than one number: the best is found first.</summary>
    public required IReadOnlyList<int> ConnectionCounts { get; init; }
    public required IReadOnlyList<int> PgbenchClients { get; init; }
    public required IReadOnlyList<int> BatchClients { get; init; }
    /// <summary>What is offered in W10, in parts of the measured capacity.</summary>
    public required IReadOnlyList<double> OfferedShares { get; init; }

    public static BenchPlan Of(bool quick, IReadOnlyList<string> only, int? rounds, bool everything = false)
    {
        var plan = Usual(quick, only, rounds);
        return everything ? plan with { Population = plan.Population with { Tariff = new() { IsRich = true } } } : plan;
    }

    static BenchPlan Usual(bool quick, IReadOnlyList<string> only, int? rounds) => quick
        ? new()
        {
            Quick = true, Only = only.Count > 0 ? only : Ratios, Rounds = rounds ?? 2, Population = Population.Quick,
            Calibration = TimeSpan.FromSeconds(1), FirstWarmUp = TimeSpan.FromSeconds(4.5), WarmUp = TimeSpan.FromSeconds(0.3),
            Measured = TimeSpan.FromSeconds(1), Baseline = TimeSpan.FromSeconds(1),
            ConnectionCounts = [16], PgbenchClients = [32], BatchClients = [2], OfferedShares = [0.5, 1, 1.5],
        }
        : new()
        {
            Quick = false, Only = only.Count > 0 ? only : Known, Rounds = rounds ?? 4, Population = Population.Full,
            Calibration = TimeSpan.FromSeconds(3), FirstWarmUp = TimeSpan.FromSeconds(10), WarmUp = TimeSpan.FromSeconds(3),
            Measured = TimeSpan.FromSeconds(10), Baseline = TimeSpan.FromSeconds(10),
            ConnectionCounts = [8, 16, 32], PgbenchClients = [8, 32], BatchClients = [1, 2, 4],
            OfferedShares = [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5],
        };

    /// <summary>
    /// How many partners and subscriptions W7 closes, how many the one partner has, for how many W8 says what they cost, what W9 fills the journal to.
    /// </summary>
    public Sizes Sizes { get; init; } = new(50, 10_000, 10_000, 0);

    /// <summary>Whether anything needs the server that the rounds share.</summary>
    public bool NeedsRounds => Only.Except(WithOwnServer, StringComparer.OrdinalIgnoreCase).Any();

    public bool Has(string name) => Only.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The events of a workload.</summary>
    public EventMix Mix(string workload) => workload switch
    {
        "W1z" => Zipf(1.0, Population.Subscriptions),
        "W1u" => Zipf(0, Population.Subscriptions),
        "W1h" => Zipf(1.0, 100),
        "W2" => Zipf(1.0, Population.Subscriptions) with { EventsPerRequest = 1 },
        "W5" => Zipf(1.0, Population.Subscriptions) with { RepeatsPerMille = 0, SentTwice = true },
        _ => throw new ArgumentOutOfRangeException(nameof(workload), workload, null),
    };

    EventMix Zipf(double exponent, int over) => new(500, 10, SubscriptionSampler.Zipf(exponent, over, Population.Subscriptions));
}
