// What is found out once, after the rounds: a curve, a crash, a mix. Its events are checked like every other's.
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>A line of the table, and the same figures by name for the result.</summary>
sealed record Finding(string Text, IReadOnlyDictionary<string, double> Figures);

/// <summary>With violations there are no findings to be trusted.</summary>
sealed record Found(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Violations, IReadOnlyList<Plot> Plots)
{
    public Found(IReadOnlyList<Finding> findings, IReadOnlyList<string> violations) : this(findings, violations, []) { }

    /// <summary>Events that were checked in a store of the study's own.</summary>
    public long Events { get; init; }
}

/// <summary>What studies work with. Capacity: W1z events per second in a closed loop of this run; Singles: W2, one event a request.</summary>
sealed record Scene(BenchPlan Plan, BenchPostgres Postgres, BillingServer Server, CheckedStore Store, double Capacity, double Singles)
{
    public LoadTarget Target => Server.Target(Postgres);
}

interface IStudy
{
    Task<Found> Run(Scene scene, CancellationToken cancel);
}
