// One prepaid run: clients work while the server is killed; then everything is decided, brought to rest, read and judged.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

/// <summary>Requests go to any of the servers; several are one cluster, with the machine's clock.</summary>
public sealed class PrepaidRun : IAsyncDisposable
{
    static readonly TimeSpan RestsWithin = TimeSpan.FromSeconds(180);
    static readonly TimeSpan DecidedWithin = TimeSpan.FromMinutes(10);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly CancellationTokenSource end = new();
    readonly List<Task> clients = [];
    readonly StorePlace place;
    readonly IReadOnlyList<ServerProcess> servers;
    readonly PrepaidDesk desk;
    readonly PrepaidTime time;

    public PrepaidRun(StorePlace place, IReadOnlyList<ServerProcess> servers, int seed)
    {
        (this.place, this.servers) = (place, servers);
        desk = new PrepaidDesk([.. servers.Select(server => server.Address)], new PrepaidLog(), seed);
        time = new PrepaidTime(desk, isSandbox: servers.Count == 1);
    }

    /// <summary>Requests that were decided.</summary>
    public long Answered => desk.Answered;

    /// <summary>What was done beside usage and holds, by kind.</summary>
    public (int Corrections, int Packages, int Backfilled, int Reverts) Done
    {
        get
        {
            var all = desk.Log.SoFar;
            var backfills = all.OfType<UsageSent>().Where(sent => SubscriptionBook.BackfillOf(sent.Events[0].Source) is not null).Select(sent => sent.Request).ToHashSet();
            return (all.OfType<CorrectionAnswered>().Count(one => one.Word == "done"), all.OfType<GrantAnswered>().Count(one => one.Word == "done"),
                all.OfType<UsageAnswered>().Where(one => backfills.Contains(one.Request)).Sum(one => one.Words.Count(word => word == "accepted")),
                all.OfType<RevertAnswered>().Count(one => one.Word == "done"));
        }
    }

    /// <summary>Each kind of command was carried out at least once.</summary>
    public bool DidAll => Done is { Corrections: > 0, Packages: > 0, Backfilled: > 0, Reverts: > 0 };

    public async Task Start()
    {
        using (var api = new Api(servers[0].Address) { AsksAgain = true })
        {
            if (time.IsSandbox) await api.Advance(time.NowText, cancel);
            await PrepaidTree.Define(api, desk.Log, time, cancel);
        }
        for (var client = 1; client <= 4; client++) clients.Add(new UsageClient(desk, client).Work(time.NewestUsage, end.Token));
        for (var client = 1; client <= 2; client++) clients.Add(new HoldClient(desk, client).Work(time.NewestUsage, end.Token));
        clients.Add(new MoneyClient(desk, 1).Work(time, end.Token));
        clients.Add(new CorrectionClient(desk).Work(end.Token));
        clients.Add(new GrantClient(desk).Work(time, end.Token));
        for (var client = 1; client <= 2; client++) clients.Add(new BackfillClient(desk, client).Work(time.Now, end.Token));
        clients.Add(PassTime());
    }

    /// <summary>From now on only these of the servers are asked.</summary>
    public void Ask(IReadOnlyList<ServerProcess> some) => desk.Ask([.. some.Select(server => server.Address)]);

    /// <summary>Waits until so many more requests were decided.</summary>
    public async Task Reach(long more, TimeSpan within)
    {
        var (wanted, began) = (Answered + more, Stopwatch.GetTimestamp());
        while (Answered < wanted)
        {
            if (clients.Find(client => client.IsFaulted) is { } broken) await broken;
            if (Stopwatch.GetElapsedTime(began) > within) throw new TimeoutException($"{Answered} of {wanted} requests were decided.\n{Said}");
            await Task.Delay(5, cancel);
        }
    }

    /// <summary>Repeats what nobody knows, lets wallets take everything back, asks for all figures and audits the whole.</summary>
    public async Task<Findings> Judge()
    {
        await end.CancelAsync();
        await Task.WhenAll(clients);
        await Rest();
        desk.Log.Add(new AtRest());
        await BackfillClient.CheckStates(desk);
        foreach (var one in PrepaidTree.Subscriptions) await ReadUsage(one.Id);
        foreach (var wallet in PrepaidTree.Wallets) await ReadBalance(wallet.Id);
        foreach (var (about, send) in desk.Decided)
        {
            if (!await send()) desk.Log.Add(new Surprise($"{about} is decided, and is not answered when it is asked again."));
        }
        foreach (var server in servers) await server.Kill();
        await using var connection = await place.Open(cancel);
        var facts = await PrepaidTree.Facts(connection, cancel);
        return Auditor.Check(await Rows(connection), desk.Log.Whole, facts);
    }

    string Said => string.Join('\n', servers.Select(server => server.Said));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(clients);
        desk.Dispose();
        end.Dispose();
    }

    // Holds and credits expire by the server's clock.
    async Task PassTime()
    {
        while (!end.IsCancellationRequested)
        {
            await time.Pass(TimeSpan.FromSeconds(1));
            await Task.Delay(400, CancellationToken.None);
        }
    }

    async Task Rest()
    {
        desk.Log.Add(new Healed());
        var began = Stopwatch.GetTimestamp();
        // What live holds keep cannot come back, and every refusal would wait for it.
        await time.Pass(TimeSpan.FromSeconds(10));
        for (var round = 0; ; round++)
        {
            await Parallel.ForEachAsync(desk.Open, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, Repeat);
            // A subscription that sleeps tells nothing. A wallet asks children back that were silent for half a minute, the wallet around it likewise.
            foreach (var one in PrepaidTree.Subscriptions) await desk.Get($"/v1/subscriptions/{one.Id}/usage?period={time.Period}");
            decimal held = 0;
            foreach (var wallet in PrepaidTree.Wallets) held += (await Balance(wallet.Id))?.Held ?? 1;
            if (desk.Open.IsEmpty && held == 0 && round > 3) return;
            // After many kills much is open; from then on it takes the wallets' ticks.
            if (round == 0) began = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(began) > (desk.Open.IsEmpty ? RestsWithin : DecidedWithin))
            {
                desk.Log.Add(new Surprise($"No rest: {desk.Open.Count} commands are open ({string.Join(", ", desk.Open.Keys.Take(3))}), {held} is held."));
                return;
            }
            await time.Pass(TimeSpan.FromSeconds(5));
            await Task.Delay(100, cancel);
        }
    }

    async ValueTask Repeat(KeyValuePair<string, Func<Task<bool>>> open, CancellationToken stop)
    {
        if (await open.Value()) desk.Open.TryRemove(open.Key, out _);
    }

    async Task ReadUsage(string subscription)
    {
        var request = desk.Log.Send(number => new ReadingSent(number, subscription, time.Period));
        var reply = await desk.Get($"/v1/subscriptions/{subscription}/usage?period={time.Period}");
        if (reply is not { IsGood: true }) return;
        var read = new Dictionary<string, (long, decimal, decimal)>();
        foreach (var meter in reply.Body.GetProperty("meters").EnumerateArray())
        {
            foreach (var leg in meter.GetProperty("legs").EnumerateArray())
            {
                read[leg.GetProperty("agreement").GetString()!] =
                    (meter.GetProperty("events").GetInt64(), Number(meter.GetProperty("quantity")), Number(leg.GetProperty("amount").GetProperty("amount")));
            }
        }
        desk.Log.Add(new UsageRead(request, subscription, read, time.Period));
    }

    async Task ReadBalance(string wallet)
    {
        var request = desk.Log.Send(number => new ReadingSent(number, wallet));
        if (await Balance(wallet) is { } balance) desk.Log.Add(balance with { Request = request });
    }

    async Task<BalanceRead?> Balance(string wallet)
    {
        if (await desk.Get($"/v1/wallets/{wallet}/balance") is not { IsGood: true } reply) return null;
        decimal Of(string member) => Number(reply.Body.GetProperty(member).GetProperty(wallet == "cu" ? "quantity" : "amount"));
        return new BalanceRead(0, wallet, Of("posted"), Of("held"), Of("credit_limit"), Of("available"), Of("forced"));
    }

    static decimal Number(System.Text.Json.JsonElement value) => decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture);

    async Task<List<StoredRow>> Rows(System.Data.Common.DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select stream, version, payload from journal";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<StoredRow>();
        while (await reader.ReadAsync(cancel)) rows.Add(new StoredRow(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }
}
