// A client that sends each event to every silo at once and notes for each what was ever said of it.
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Cluster.Tests;

public sealed class SpendingDesk(IReadOnlyList<Uri> silos, string since) : IAsyncDisposable
{
    const long Minute = 60_000_000;
    const int RepeatsMax = 40;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly HttpClient[] clients = [.. silos.Select(silo => Api.NewHttp(silo, Patience))];
    readonly Dictionary<UsageEvent, HashSet<string>> said = [];
    int made;

    /// <summary>Everything that was said of any event.</summary>
    public IEnumerable<string> Statuses => said.Values.SelectMany(words => words).Distinct();

    /// <summary>Events that some silo has taken. What was taken once is never refused later, and counts once.</summary>
    public int Accepted => said.Values.Count(IsTaken);

    /// <summary>Events that were refused by every silo that decided on them.</summary>
    public int Refused => said.Values.Count(words => !IsTaken(words) && words.Contains("insufficient_funds"));

    /// <summary>New events, of one segment each, for each of the subscriptions.</summary>
    public async Task SendEverywhere(IReadOnlyList<string> subscriptions, int count, CancellationToken cancel)
    {
        var time = UsageEvent.Micros(since) + Minute;
        UsageEvent[] batch = [.. subscriptions.SelectMany(subscription => Enumerable.Range(0, count).Select(_ =>
            new UsageEvent(new EventKey(subscription, "/smsc/0", $"dry-{++made}"), time, 1, "FI", UsageEvent.SmsMeter, Welcome: true)))];
        foreach (var one in batch) said[one] = [];
        await SendTo(clients, batch, cancel);
    }

    /// <summary>Asks again, one silo after the other, until every event has an answer.</summary>
    public async Task RepeatUnknown(CancellationToken cancel)
    {
        for (var round = 0; round < RepeatsMax; round++)
        {
            UsageEvent[] open = [.. said.Where(one => !IsTaken(one.Value) && one.Value.Remove("unknown")).Select(one => one.Key)];
            if (open.Length == 0) return;
            await SendTo([clients[round % clients.Length]], open, cancel);
            await Task.Delay(Pause, cancel);
        }
        throw new TimeoutException($"{said.Values.Count(words => words.Contains("unknown"))} events never had a definite answer.");
    }

    public ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        return ValueTask.CompletedTask;
    }

    static bool IsTaken(HashSet<string> words) => words.Contains("accepted") || words.Contains("duplicate");

    async Task SendTo(IReadOnlyList<HttpClient> to, UsageEvent[] batch, CancellationToken cancel)
    {
        foreach (var answers in await Task.WhenAll(to.Select(client => Send(client, batch, cancel))))
        {
            for (var position = 0; position < batch.Length; position++) said[batch[position]].Add(position < answers.Length ? answers[position] : "unknown");
        }
    }

    static async Task<string[]> Send(HttpClient client, UsageEvent[] batch, CancellationToken cancel)
    {
        using var content = new StringContent(string.Join('\n', batch.Select(one => one.Line.Trim())) + "\n", Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
        using var answer = await client.PostAsync(new Uri("/v1/events?results=all", UriKind.Relative), content, cancel);
        using var parsed = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return parsed.RootElement.TryGetProperty("results", out var results)
            ? [.. results.EnumerateArray().Select(StatusOf)] : [];
    }

    static string StatusOf(JsonElement result)
    {
        var status = result.GetProperty("status").GetString()!;
        return status == "rejected" && result.TryGetProperty("code", out var code) ? code.GetString()! : status;
    }
}
