// Sends usage that wallets have to pay for: new events, the same again, others under a known id, and some that nobody may take.
using System.Text;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class UsageClient(PrepaidDesk desk, int number)
{
    // What is never to be taken has this quantity: the auditor knows it by that.
    const decimal Unwelcome = 1001;
    const long Day = 86_400_000_000;
    readonly Random random = desk.Chance();
    readonly Dictionary<string, List<SentEvent>> known = [];
    int made;
    int calls;

    public async Task Work(long nowMicros, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var subscription = PrepaidTree.Subscriptions[random.Next(PrepaidTree.Subscriptions.Length)].Id;
            if (!known.TryGetValue(subscription, out var sent)) known[subscription] = sent = [];
            SentEvent[] events = [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => Next(subscription, sent, nowMicros))];
            await desk.Try(random, $"usage {number} {++calls}", () => Send(subscription, events));
        }
    }

    async Task<bool> Send(string subscription, SentEvent[] events)
    {
        var request = desk.Log.Send(number => new UsageSent(number, subscription, events));
        var lines = new StringBuilder();
        foreach (var one in events) lines.Append(Line(subscription, one)).Append('\n');
        var reply = await desk.Lines("/v1/events?results=all", lines.ToString());
        var words = reply is null ? events.Select(_ => "unknown").ToArray()
            : reply.IsGood ? [.. reply.Body.GetProperty("results").EnumerateArray().Select(Word)]
            : events.Select(_ => $"odd: {reply.Status} {reply.Code}").ToArray();
        desk.Log.Add(new UsageAnswered(request, words));
        foreach (var one in events.Where((_, at) => words[at] == "accepted")) desk.Sent.Add((subscription, one));
        if (words.Contains("unknown")) return false;
        SentEvent[] settled = [.. events.Where((_, at) => words[at] is "accepted" or "duplicate" or "conflict")];
        if (settled.Length > 0 && random.Next(20) == 0) desk.Decided[$"usage {request}"] = () => Send(subscription, settled);
        return true;
    }

    public static string Word(JsonElement result) => result.GetProperty("status").GetString() switch
    {
        "rejected" => result.GetProperty("code").GetString() switch
        {
            "insufficient_funds" or "upstream_credit" or "insufficient_allowance" => "short",
            "unknown_meter" or "no_price" or "too_late" or "too_recent" or "in_the_future" => "refused",
            "backfill_closed" => "closed",
            var code => "odd: " + code,
        },
        var status => status!,
    };

    SentEvent Next(string subscription, List<SentEvent> sent, long nowMicros)
    {
        var choice = random.Next(100);
        if (choice < 15 && sent.Count > 0) return sent[random.Next(sent.Count)];
        if (choice < 18 && sent.Count > 0 && sent[random.Next(sent.Count)] is { Quantity: < Unwelcome } good) return good with { Quantity = random.Next(101, 200) };
        var one = new SentEvent("/smsc", $"e{number}-{++made}", nowMicros - random.NextInt64(2 * Day), random.Next(8) == 0 ? random.Next(10, 100) : random.Next(1, 10),
            PrepaidTree.Meter, random.Next(2) == 0 ? "FI" : "EE");
        one = choice switch
        {
            18 => one with { Meter = "unknown", Quantity = Unwelcome },
            19 => one with { Country = "XX", Quantity = Unwelcome },
            20 => one with { TimeMicros = nowMicros - (36 * Day), Quantity = Unwelcome },
            _ => one,
        };
        sent.Add(one);
        if (random.Next(30) == 0) desk.Sent.Add((subscription, one));
        return one;
    }

    public static string Line(string subscription, SentEvent one) =>
        new UsageEvent(new EventKey(subscription, one.Source, one.Id), one.TimeMicros, one.Quantity, one.Country, one.Meter, Welcome: true).Line;
}
