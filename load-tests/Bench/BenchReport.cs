// The result of a run: a table for people, one JSON object as the last line for everything else, and a file for full runs.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>One measured round of a workload or baseline.</summary>
sealed record Sample(string Name, int Connections, double PerSecond, double? P50Ms = null, double? P99Ms = null, double? MaxMs = null,
    double? ServerCores = null, double? ServerSystemCores = null, double? PostgresCores = null, double? ClientCores = null, double? ServerMicrosPerEvent = null,
    int? Retries = null)
{
    public static Sample Of(string name, int connections, Window seen, int retries) =>
        new(name, connections, seen.PerSecond, seen.P50Ms, seen.P99Ms, seen.MaxMs, seen.ServerCores, seen.ServerSystemCores, seen.PostgresCores,
            seen.ClientCores, seen.ServerMicrosPerEvent, retries);
}

sealed class BenchReport(BenchPlan plan, string command)
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static readonly (string Product, string Baseline)[] Compared = [("W1z", "B1"), ("W1z", "B3"), ("W1u", "B1"), ("W1h", "B1"), ("W2", "B4"), ("W5", "W1z")];
    readonly List<Sample> samples = [];
    readonly List<(string Study, Finding Finding)> findings = [];
    readonly List<Plot> plots = [];

    public string PostgresVersion { get; set; } = "";
    public TimeSpan SetUp { get; set; }
    public TimeSpan Elapsed { get; set; }
    public long ServerPeakMemory { get; set; }
    public long Events { get; set; }
    public List<string> Violations { get; } = [];

    /// <summary>A round that fails its check has no score.</summary>
    public void Add(Outcome outcome)
    {
        Violations.AddRange(outcome.Violations);
        if (outcome.Violations.Count == 0)
            samples.Add(outcome.Sample);
    }

    /// <summary>What a study has found; nothing when its check failed.</summary>
    public void Add(string study, Found found)
    {
        Events += found.Events;
        Violations.AddRange(found.Violations);
        if (found.Violations.Count > 0)
            return;
        findings.AddRange(found.Findings.Select(finding => (study, finding)));
        plots.AddRange(found.Plots);
    }

    public double? Mean(string name) => samples.Where(sample => sample.Name == name).Select(sample => (double?)sample.PerSecond).Average();

    public async Task<int> Write(CancellationToken cancel)
    {
        Console.WriteLine(Table());
        var line = JsonSerializer.Serialize(Result(), Json);
        if (!plan.Quick && Violations.Count == 0)
            await Keep(line, cancel);
        Console.WriteLine(line);
        return Violations.Count == 0 ? 0 : 1;
    }

    object Result() => new
    {
        command,
        at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        quick = plan.Quick,
        commit = Repository.Commit(),
        ratios = Ratios(),
        checker = Violations.Count == 0 ? "ok" : string.Join("; ", Violations.Take(10)),
        events_checked = Events,
        population = new { plan.Population.Partners, plan.Population.Customers, plan.Population.Subscriptions },
        everything = plan.Population.Tariff.IsRich,
        funding = "half postpaid, half prepaid",
        set_up_seconds = Rounded(SetUp.TotalSeconds),
        elapsed_seconds = Rounded(Elapsed.TotalSeconds),
        server_peak_memory_mb = ServerPeakMemory / (1024 * 1024),
        versions = new
        {
            dotnet = RuntimeInformation.FrameworkDescription,
            postgres = PostgresVersion,
            system = RuntimeInformation.OSDescription,
            cores = Environment.ProcessorCount,
        },
        postgres_settings = BenchPostgres.GivenSettings,
        samples = samples.Select(Rounded),
        findings = findings.GroupBy(one => one.Study.ToLowerInvariant()).ToDictionary(study => study.Key, study => study.Select(one => Figures(one.Finding))),
    };

    Dictionary<string, double> Ratios()
    {
        var ratios = new Dictionary<string, double>();
        foreach (var pair in Compared)
        {
            if (Mean(pair.Product) is { } over && Mean(pair.Baseline) is { } under)
                ratios[Key(pair)] = Math.Round(over / under, 2, MidpointRounding.ToEven);
        }

        return ratios;
    }

    static string Key((string Product, string Baseline) pair) => $"{pair.Product}_{pair.Baseline}".ToLowerInvariant();

    string Table()
    {
        var lines = new List<string> { "" };
        if (plan.NeedsRounds)
            lines.AddRange(Head());
        lines.AddRange(samples.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Name,-6} {one.PerSecond,13:N0} {one.Connections,9} {one.P50Ms,9:0.0} {one.P99Ms,9:0.0} {one.MaxMs,9:0.0} {one.ServerCores,9:0.00} {one.ServerSystemCores,9:0.00} {one.PostgresCores,9:0.00} {one.ClientCores,9:0.00} {one.ServerMicrosPerEvent,9:0.0}")));
        lines.Add("");
        lines.AddRange(findings.Select(one => one.Finding.Text));
        var ratios = Ratios();
        lines.AddRange(Compared.Where(one => ratios.ContainsKey(Key(one))).Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{$"{one.Product} / {one.Baseline}",-12} {ratios[Key(one)]:0.00}")));
        lines.Add(Violations.Count == 0 ? "checker      ok" : "checker      VIOLATED");
        lines.AddRange(Violations.Take(10).Select(violation => "  " + violation));
        return string.Join('\n', lines) + "\n";
    }

    string Extras => plan.Population.Tariff.IsRich ? ", with surcharges, packages, coupons, and fees that wallets pay" : "";

    IReadOnlyList<string> Head() =>
    [
        $"{plan.Population.Subscriptions:N0} subscriptions of {plan.Population.Customers:N0} customers and {plan.Population.Partners} partners, two legs each, every second one prepaid{Extras};",
        $"made through the API in {SetUp.TotalSeconds:0.0} s. {Events:N0} events checked. Server's peak memory {ServerPeakMemory / 1048576} MB. CPU in cores of {Environment.ProcessorCount}; us/event is the server's.",
        "",
        "            events/s   clients    p50 ms    p99 ms    max ms    server  (system)  postgres    client  us/event",
    ];

    async Task Keep(string line, CancellationToken cancel)
    {
        if (Repository.Root() is not { } root)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(root, "load-tests", "results"));
        var name = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".json"), line + "\n", cancel);
        foreach (var plot in plots)
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{name}-{plot.Name}.svg"), SvgPlot.Of(plot), cancel);
    }

    static Dictionary<string, object> Figures(Finding finding)
    {
        var figures = finding.Figures.ToDictionary(one => one.Key, one => (object)Math.Round(one.Value, 3, MidpointRounding.ToEven));
        figures["text"] = finding.Text;
        return figures;
    }

    static Sample Rounded(Sample one) => one with
    {
        PerSecond = Rounded(one.PerSecond),
        P50Ms = Rounded(one.P50Ms),
        P99Ms = Rounded(one.P99Ms),
        MaxMs = Rounded(one.MaxMs),
        ServerCores = Rounded(one.ServerCores),
        ServerSystemCores = Rounded(one.ServerSystemCores),
        PostgresCores = Rounded(one.PostgresCores),
        ClientCores = Rounded(one.ClientCores),
        ServerMicrosPerEvent = Rounded(one.ServerMicrosPerEvent),
    };

    static double Rounded(double value) => Math.Round(value, 2, MidpointRounding.ToEven);

    static double? Rounded(double? value) => value is { } known ? Rounded(known) : null;
}
