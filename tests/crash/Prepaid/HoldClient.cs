// Places holds and uses them wholly, in part, more than that, too late or not at all.
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class HoldClient(PrepaidDesk desk, int number)
{
    readonly Random random = desk.Chance();
    int made;

    public async Task Work(long nowMicros, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var subscription = PrepaidTree.Subscriptions[random.Next(PrepaidTree.Subscriptions.Length)].Id;
            await One(subscription, $"h{number}-{++made}", nowMicros);
        }
    }

    async Task One(string subscription, string id, long nowMicros)
    {
        (decimal Quantity, string Expires)? held = null;
        decimal wanted = random.Next(1, 40);
        var country = random.Next(2) == 0 ? "FI" : "EE";
        var what = new SentEvent("urn:billing:hold", id, nowMicros, wanted, PrepaidTree.Meter, country);
        var body = new
        {
            id, meter = PrepaidTree.Meter, quantity = PrepaidDesk.Text(wanted), dimensions = new { country }, expires_in_seconds = random.Next(1, 4),
            allow_partial = random.Next(3) == 0, step = "1",
        };
        await desk.Try(random, $"hold {id}", () => Send(subscription, "place", id, wanted, what, "", body, view => held = view));
        if (held is not { } got || random.Next(7) == 0) return;
        // Sometimes it has expired by then.
        if (random.Next(4) == 0) await Task.Delay(random.Next(200, 2_500));
        if (random.Next(4) == 0)
        {
            await desk.Try(random, $"end of {id}", () => Send(subscription, "release", id, 0, null, $"/{id}/release", new { }, null));
            return;
        }
        var used = random.Next(4) switch { 0 => got.Quantity + 5, 1 => Math.Max(1, got.Quantity - 3), _ => got.Quantity };
        // With the proof that it was used in time, or without.
        var at = random.Next(2) == 0 ? UsageEvent.TimeText(UsageEvent.Micros(got.Expires) - 500_000) : null;
        await desk.Try(random, $"end of {id}", () => Send(subscription, "capture", id, used, null, $"/{id}/capture", new { quantity = PrepaidDesk.Text(used), used_at = at }, null));
        if (random.Next(5) == 0)
            await desk.Try(random, $"other end of {id}", () => Send(subscription, "capture", id, used + 1, null, $"/{id}/capture", new { quantity = PrepaidDesk.Text(used + 1) }, null));
    }

    async Task<bool> Send(string subscription, string verb, string id, decimal quantity, SentEvent? what, string path, object body, Action<(decimal, string)>? done)
    {
        var request = desk.Log.Send(number => new HoldSent(number, subscription, verb, id, quantity, what));
        var reply = await desk.Post($"/v1/subscriptions/{subscription}/holds{path}", body);
        var word = reply switch
        {
            null => "unknown",
            { IsGood: true } => "done",
            { Code: "insufficient_funds" or "upstream_credit" or "insufficient_allowance" } => "refused",
            { Code: "hold_expired" } => "expired",
            { Code: "conflict" } => "conflict",
            { Code: "not_found" } => "missing",
            _ => $"odd: {reply.Status} {reply.Code}",
        };
        var (held, captured) = reply is { IsGood: true } ? (Number(reply, "quantity"), Number(reply, "captured_quantity")) : (0, 0);
        desk.Log.Add(new HoldAnswered(request, word, held, captured));
        if (word == "done")
        {
            done?.Invoke((held, reply!.Body.GetProperty("expires_at").GetString()!));
            if (random.Next(10) == 0) desk.Decided[$"{verb} {id}"] = () => Send(subscription, verb, id, quantity, what, path, body, null);
        }
        return word != "unknown";
    }

    static decimal Number(Reply reply, string member) =>
        reply.Body.TryGetProperty(member, out var value) && value.GetString() is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : 0;
}
