// Opens backfills, fills them with old events, some again and again, and takes them back while others still send.
using System.Text;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class BackfillClient(PrepaidDesk desk, int number)
{
    const decimal Unwelcome = 1001;
    const long Day = 86_400_000_000;
    readonly Random random = desk.Chance();
    readonly Dictionary<(string Subscription, string Backfill), List<SentEvent>> known = [];
    int made;
    int calls;

    public async Task Work(long nowMicros, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(random.Next(2, 30), CancellationToken.None);
            var backfill = desk.Backfills.Any(random, newest: 3);
            if (backfill.Id is null || random.Next(30) == 0) await Open($"b{number}-{++calls}");
            // One that holds nothing teaches little when it is taken back.
            else if (random.Next(desk.Joined.Keys.Any(key => key.Backfill == backfill.Id) ? 6 : 30) == 0) await Leave(backfill.Id);
            else await Fill(PrepaidTree.Subscriptions[random.Next(PrepaidTree.Subscriptions.Length)].Id, backfill, nowMicros);
        }
    }

    /// <summary>At rest none is half taken back, although nobody may have asked again.</summary>
    public static async Task CheckStates(PrepaidDesk desk)
    {
        foreach (var (backfill, _) in desk.Backfills.All)
        {
            var state = await desk.Get($"/v1/backfills/{backfill}") is { IsGood: true } reply ? reply.Body.GetProperty("backfill").GetProperty("state").GetString() : "unknown";
            if (state is not ("open" or "reverted")) desk.Log.Add(new Surprise($"At rest backfill {backfill} is {state}."));
        }
    }

    Task Open(string id) => desk.Try(random, $"opening of {id}", async () =>
    {
        if (await desk.Post("/v1/backfills", new { id, reason = "lost day" }) is not { IsGood: true } reply) return false;
        desk.Backfills.Add((id, UsageEvent.Micros(reply.Body.GetProperty("opened_at").GetString()!) / Day));
        return true;
    });

    // Who asks may go away: half of those that hear nothing never ask again.
    async Task Leave(string backfill)
    {
        if (random.Next(2) == 0) await Revert(backfill);
        else await desk.Try(random, $"revert {number} of {backfill}", () => Revert(backfill));
    }

    async Task<bool> Revert(string backfill)
    {
        var requests = PrepaidTree.Subscriptions.Select(one => (one.Id, Joined: desk.Joined.ContainsKey((one.Id, backfill)),
            Request: desk.Log.Send(request => new RevertSent(request, one.Id, backfill)))).ToList();
        var reply = await desk.Post($"/v1/backfills/{backfill}/revert", new { });
        foreach (var (_, joined, request) in requests)
            desk.Log.Add(new RevertAnswered(request, reply is null ? "unknown" : !reply.IsGood ? $"odd: {reply.Status} {reply.Code}" : joined ? "done" : "nothing"));
        return reply is not null;
    }

    Task Fill(string subscription, (string Id, long Day) backfill, long nowMicros)
    {
        if (!known.TryGetValue((subscription, backfill.Id), out var sent)) known[(subscription, backfill.Id)] = sent = [];
        SentEvent[] events = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Next(backfill, sent, nowMicros))];
        return desk.Try(random, $"backfill {number} {++calls}", () => Send(subscription, backfill.Id, events));
    }

    async Task<bool> Send(string subscription, string backfill, SentEvent[] events)
    {
        var request = desk.Log.Send(one => new UsageSent(one, subscription, events));
        var lines = new StringBuilder();
        // The server puts the backfill before the source.
        foreach (var one in events) lines.Append(UsageClient.Line(subscription, one with { Source = "/smsc" })).Append('\n');
        var reply = await desk.Lines($"/v1/backfills/{backfill}/events?results=all", lines.ToString());
        var words = reply is null ? events.Select(_ => "unknown").ToArray()
            : reply.IsGood ? [.. reply.Body.GetProperty("results").EnumerateArray().Select(UsageClient.Word)]
            : events.Select(_ => reply.Code == "backfill_closed" ? "closed" : $"odd: {reply.Status} {reply.Code}").ToArray();
        desk.Log.Add(new UsageAnswered(request, words));
        if (words.Any(word => word is "accepted" or "duplicate")) desk.Joined[(subscription, backfill)] = true;
        return !words.Contains("unknown");
    }

    SentEvent Next((string Id, long Day) backfill, List<SentEvent> sent, long nowMicros)
    {
        var choice = random.Next(100);
        if (choice < 20 && sent.Count > 0) return sent[random.Next(sent.Count)];
        if (choice < 23 && sent.Count > 0 && sent[random.Next(sent.Count)] is { Quantity: < Unwelcome } good) return good with { Quantity = random.Next(101, 200) };
        var one = new SentEvent($"urn:billing:backfill/{backfill.Day}/{backfill.Id}//smsc", $"f{number}-{++made}", nowMicros - (35 * Day) - random.NextInt64(8 * Day),
            random.Next(1, 12), PrepaidTree.Meter, random.Next(2) == 0 ? "FI" : "EE");
        one = choice switch
        {
            23 => one with { Country = "XX", Quantity = Unwelcome },
            24 => one with { TimeMicros = nowMicros - (33 * Day), Quantity = Unwelcome },
            _ => one,
        };
        sent.Add(one);
        return one;
    }
}
