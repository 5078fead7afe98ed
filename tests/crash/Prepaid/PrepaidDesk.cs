// What the prepaid clients share: connection, log, and the requests whose outcome nobody knows yet.
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

/// <summary>The answer of one request: its code is the problem's, or the status.</summary>
public sealed record Reply(int Status, string Code, JsonElement Body)
{
    public bool IsGood => Status is 200 or 201;
}

/// <summary>Clients add to it and take what comes, at the same time.</summary>
public sealed class SharedList<T>
{
    readonly Lock gate = new();
    readonly List<T> all = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate) return [.. all];
        }
    }

    public void Add(T one)
    {
        lock (gate) all.Add(one);
    }

    /// <summary>One of the newest ones; default: there is none.</summary>
    public T? Any(Random chance, int newest = int.MaxValue)
    {
        lock (gate) return all.Count == 0 ? default : all[chance.Next(Math.Max(0, all.Count - newest), all.Count)];
    }
}

/// <summary>Requests go to the addresses in turn: what was broken off may be repeated elsewhere.</summary>
public sealed class PrepaidDesk(IReadOnlyList<Uri> addresses, PrepaidLog log, int seed) : IDisposable
{
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(30);
    readonly HttpClient[] clients = [.. addresses.Select(address => Api.NewHttp(address, TimeSpan.FromSeconds(20)))];
    volatile HttpClient[] asked = [];
    int random = seed;
    int turn;
    long answered;

    public PrepaidLog Log => log;

    /// <summary>Sent and not decided, by what it is about; repeated until it is.</summary>
    public ConcurrentDictionary<string, Func<Task<bool>>> Open { get; } = new();

    /// <summary>Decided commands that are asked once more at the end: the answer must be the same.</summary>
    public ConcurrentDictionary<string, Func<Task<bool>>> Decided { get; } = new();

    /// <summary>Events that were sent, to be corrected.</summary>
    public SharedList<(string Subscription, SentEvent Event)> Sent { get; } = new();

    /// <summary>Backfills that are there: id, and the day of their opening, which is part of their events' source.</summary>
    public SharedList<(string Id, long Day)> Backfills { get; } = new();

    /// <summary>Subscriptions that are known to have counted something of a backfill.</summary>
    public ConcurrentDictionary<(string Subscription, string Backfill), bool> Joined { get; } = new();

    /// <summary>Requests that were decided.</summary>
    public long Answered => Interlocked.Read(ref answered);

    /// <summary>A source of chance of its own for each client.</summary>
    public Random Chance() => new(unchecked(Interlocked.Increment(ref random) * 7919));

    public Task<Reply?> Get(string path) => Ask(HttpMethod.Get, path, null, "application/json");

    public Task<Reply?> Post(string path, object body) => Ask(HttpMethod.Post, path, JsonSerializer.Serialize(body), "application/json");

    public Task<Reply?> Put(string path, object body) => Ask(HttpMethod.Put, path, JsonSerializer.Serialize(body), "application/json");

    public Task<Reply?> Lines(string path, string lines) => Ask(HttpMethod.Post, path, lines, "application/x-ndjson");

    /// <summary>From now on only these of the addresses are asked.</summary>
    public void Ask(IReadOnlyCollection<Uri> few) => asked = [.. clients.Where(client => few.Contains(client.BaseAddress!))];

    /// <summary>Sends until it is decided, or leaves it open for later: clients go away, too.</summary>
    public async Task Try(Random chance, string about, Func<Task<bool>> send)
    {
        Open[about] = send;
        for (var again = 0; again < 4; again++)
        {
            if (await send())
            {
                Interlocked.Increment(ref answered);
                Open.TryRemove(about, out _);
                return;
            }
            if (chance.Next(3) == 0) return;
            await Task.Delay(Breath);
        }
    }

    /// <summary>Null: nobody knows what became of it.</summary>
    async Task<Reply?> Ask(HttpMethod method, string path, string? body, string type)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var answer = await NextClient().SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode is 429 or 503) return null;
            var parsed = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
            var code = answer.IsSuccessStatusCode ? "" : parsed.GetProperty("code").GetString()!;
            if ((int)answer.StatusCode >= 500) log.Add(new Surprise($"{method} {path}: {(int)answer.StatusCode} {text}"));
            return new Reply((int)answer.StatusCode, code, parsed);
        }
        catch (Exception fault) when (BrokenOff.Is(fault))
        {
            return null;
        }
    }

    // To any server, or to those that are still to be asked.
    HttpClient NextClient()
    {
        var some = asked is { Length: > 0 } few ? few : clients;
        return some[(int)((uint)Interlocked.Increment(ref turn) % (uint)some.Length)];
    }

    public static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (var client in clients) client.Dispose();
    }
}
