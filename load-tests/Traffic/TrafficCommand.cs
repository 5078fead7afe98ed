// The commands "traffic" (against any server), "demo" (with a server of its own) and "close".
using System.CommandLine;
using System.Globalization;
using Npgsql;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Traffic;

/// <summary>How much of a platform, how fast, how long.</summary>
sealed record TrafficOptions(int Partners, int Customers, int Subscriptions, int Rate, int Speed, TimeSpan? Span, ulong Seed);

static class TrafficCommand
{
    static readonly Option<int?> Rate = Number("--rate", "Events a second, the mean of a day; 400 without it.", 1, 100_000);
    static readonly Option<int?> Speed =
        Number("--speed", "Seconds that a sandbox clock is moved on in a second; 600 without it, 0: it stands still.", 0, 86_400);
    static readonly Option<int?> Seconds = Number("--seconds", "Ends after so long; without it, at Ctrl-C.", 1, 1_000_000);
    static readonly Option<bool> Small = new("--small") { Description = "5 partners, 20 customers, 60 subscriptions." };
    static readonly Option<string> Url = Address();
    static readonly Option<string> Key = new("--key") { Description = "An operator's key.",
        DefaultValueFactory = _ => GivenKey };

    public static IEnumerable<Command> All()
    {
        var traffic = new Command("traffic", "Sets a platform up on a server and sends what it would send.") { Url, Key, Rate, Speed, Seconds, Small };
        traffic.SetAction((parsed, cancel) => Ending(parsed.GetValue(Url)!, "Start one: ./run --clock manual", cancel, () =>
            Traffic(new Uri(parsed.GetValue(Url)!), parsed.GetValue(Key)!, Read(parsed), cancel)));
        yield return traffic;
        var close = new Command("close", "Closes the month on a server with such a platform.") { Url, Key };
        const string NoDemo = "Start the demo first, in another terminal: ./run --demo. With another --port, name it: --url http://127.0.0.1:PORT";
        close.SetAction((parsed, cancel) => Ending(parsed.GetValue(Url)!, NoDemo, cancel, () =>
            Close(new Uri(parsed.GetValue(Url)!), parsed.GetValue(Key)!, cancel)));
        yield return close;
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1.", DefaultValueFactory = _ => 8080 };
        var data = new Option<string>("--data") { Description = "Folder of the SQLite store.", DefaultValueFactory = _ => Path.Combine("data", "demo") };
        var db = new Option<string?>("--db") { Description = "PostgreSQL connection string of an existing database; without it, SQLite in --data." };
        db.Validators.Add(said =>
        {
            if (said.GetValueOrDefault<string?>() is { } given && !IsConnection(given))
                said.AddError("--db is a connection string such as \"Host=localhost;Username=billing;Password=…;Database=billing\".");
        });
        var demo = new Command("demo", "A server with a sandbox clock, a platform on it, and its traffic. (./run --demo)")
        {
            port, data, db, Rate, Speed, Seconds, Small,
        };
        demo.SetAction((parsed, cancel) => Ending($"http://127.0.0.1:{parsed.GetValue(port)}", "The demo's own server has ended", cancel, async () =>
        {
            string[] store = parsed.GetValue(db) is { } connection ? ["--db", connection] : ["--data", Path.GetFullPath(parsed.GetValue(data)!)];
            var key = GivenKey;
            await using var server = await BillingServer.Sandbox(parsed.GetValue(port), store, key, cancel);
            return await Traffic(new Uri($"http://127.0.0.1:{server.Port}"), key, Read(parsed), cancel);
        }));
        yield return demo;
    }

    /// <summary>Sets up, says where to look, sends until it is to end. Answers what was counted.</summary>
    public static async Task<TrafficCounts> Run(PlatformApi api, string key, TrafficOptions options, ProgressLine line, CancellationToken cancel)
    {
        var platform = Platform.Of(options.Partners, options.Customers, options.Subscriptions);
        var clock = await PlatformClock.Of(api, cancel);
        // A new sandbox stands in the year 2000.
        var now = TimeProvider.System.GetUtcNow();
        if (clock.IsSandbox && clock.Now.Year < 2020)
            await clock.Advance(new DateTimeOffset(now.Year, now.Month, 3, 5, 0, 0, TimeSpan.Zero), cancel);
        await new Seeding(api, platform, line).Run(clock.Month.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null), cancel);
        var largest = platform.Partners[0];
        var below = platform.Partners.Count(partner => partner.Partner is not null);
        var how = Console.IsInputRedirected ? "" : "press c, or ";
        var pace = !clock.IsSandbox ? "" : FormattableString.Invariant($"; until then a second is {options.Speed / 60m:0.##} minutes");
        var close = "./run --demo close" + (api.Url.Port == 8080 ? "" : $" --url {api.Url}") + (key == "demo" ? "" : $" --key {key}");
        line.Say($"""

            {platform.Sellers.Count} sellers, {platform.Partners.Count} partners ({below} of them sub-partners), {platform.Customers.Count:N0} customers, {platform.Senders.Count:N0} subscriptions, {platform.Wallets.Count:N0} wallets.
              API     {api.Url}v1     key  {key}
              Docs    {api.Url}docs
              Usage   curl -H 'Authorization: Bearer {key}' {api.Url}v1/partners/{largest.Id}/usage
              Invoice curl -H 'Authorization: Bearer {key}' '{api.Url}v1/documents?party={largest.Id}'     (when its month is closed: …/v1/documents/NUMBER)
              Wallet  curl -H 'Authorization: Bearer {key}' {api.Url}v1/wallets/cash-{platform.Wallets.Keys.First()}/balance
              Month   {how}{close}, in another terminal, closes it{pace}
            Ctrl-C ends it.

            """);
        var traffic = new TrafficRun(api, platform, clock, line, options);
        try
        {
            await traffic.Run(() => Keys(api, line, cancel), cancel);
        }
        catch (Exception fault) when (cancel.IsCancellationRequested && fault is (OperationCanceledException or HttpRequestException or IOException))
        {
            // Ctrl-C is how it ends, and a server of the same terminal ends with it.
        }

        line.End();
        line.Say($"Sent in all: {traffic.Counts}");
        return traffic.Counts;
    }

    static async Task Keys(PlatformApi api, ProgressLine line, CancellationToken cancel)
    {
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            if (Console.ReadKey(intercept: true).KeyChar is not ('c' or 'C'))
                continue;
            line.End();
            await new MonthEnd(api, line).Close(cancel);
        }
    }

    static async Task<int> Traffic(Uri url, string key, TrafficOptions options, CancellationToken cancel)
    {
        using var api = new PlatformApi(url, key);
        await Run(api, key, options, new ProgressLine(Console.Out, Console.IsOutputRedirected), cancel);
        return 0;
    }

    static async Task<int> Close(Uri url, string key, CancellationToken cancel)
    {
        using var api = new PlatformApi(url, key);
        return await new MonthEnd(api, new ProgressLine(Console.Out, Console.IsOutputRedirected)).Close(cancel) ? 0 : 1;
    }

    static string GivenKey => Environment.GetEnvironmentVariable("BILLING_ADMIN_KEY") is { Length: > 0 } given ? given : "demo";

    static TrafficOptions Read(ParseResult parsed)
    {
        var span = parsed.GetValue(Seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var seed = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var (rate, speed) = (parsed.GetValue(Rate) ?? 400, parsed.GetValue(Speed) ?? 600);
        return parsed.GetValue(Small) ? new TrafficOptions(5, 20, 60, rate, speed, span, seed) : new TrafficOptions(25, 400, 2_000, rate, speed, span, seed);
    }

    static bool IsConnection(string given)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(given).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static Option<string> Address()
    {
        var option = new Option<string>("--url") { Description = "The server.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        option.Validators.Add(said =>
        {
            if (!Uri.TryCreate(said.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                said.AddError("--url is an address such as http://127.0.0.1:8080.");
        });
        return option;
    }

    static Option<int?> Number(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given >= least && given <= most)
                return given;
            result.AddError(FormattableString.Invariant($"{name} is a whole number from {least} to {most}."));
            return null;
        },
    };

    // Ctrl-C reaches the server of a demo as well: whatever fails then is how it ends.
    static async Task<int> Ending(string url, string otherwise, CancellationToken cancel, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (cancel.IsCancellationRequested
            && fault is (OperationCanceledException or HttpRequestException or InvalidOperationException))
        {
            return 0;
        }
        catch (HttpRequestException fault)
        {
            await Console.Error.WriteLineAsync($"No server answers at {url}: {(fault.InnerException ?? fault).Message}. {otherwise}.");
        }
        catch (Exception fault) when (fault is InvalidOperationException or FileNotFoundException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
        }
        catch (OperationCanceledException fault)
        {
            await Console.Error.WriteLineAsync($"The server at {url} has not answered in time: {fault.Message}");
        }

        return 1;
    }
}
