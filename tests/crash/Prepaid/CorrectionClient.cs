// Retracts and amends events that were sent, also ones that nobody took, and the same ones again.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class CorrectionClient(PrepaidDesk desk)
{
    readonly Random random = desk.Chance();
    int made;

    public async Task Work(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(random.Next(2, 40), CancellationToken.None);
            // Mostly of the newest: others correct them at the same time.
            if (desk.Sent.Any(random, random.Next(2) == 0 ? 40 : int.MaxValue) is not { Event: { } what } sent) continue;
            // Now and then an id that stands for another correction.
            var id = $"c{(made > 0 && random.Next(10) == 0 ? made : ++made)}";
            decimal? quantity = random.Next(5) < 3 ? random.Next(1, 40) : null;
            await desk.Try(random, $"correction {id} of {sent.Subscription} {what.Id} {quantity}", () => Send(sent.Subscription, id, what, quantity));
        }
    }

    async Task<bool> Send(string subscription, string id, SentEvent what, decimal? quantity)
    {
        var request = desk.Log.Send(number => new CorrectionSent(number, subscription, id, what.Source, what.Id, quantity, null));
        var reply = await desk.Post("/v1/corrections", new
        {
            id, subscription, action = quantity is null ? "retract" : "amend", quantity = quantity is { } to ? PrepaidDesk.Text(to) : null, reason = "counted wrong",
            corrects = new { source = what.Source, id = what.Id, time = UsageEvent.TimeText(what.TimeMicros) },
        });
        var word = reply switch
        {
            null => "unknown",
            { IsGood: true } => "done",
            { Code: "insufficient_funds" or "upstream_credit" or "insufficient_allowance" } => "short",
            { Code: "conflict" } => "conflict",
            { Code: "unknown_event" or "too_late" } => "missing",
            { Code: "already_retracted" } => "gone",
            _ => $"odd: {reply.Status} {reply.Code}",
        };
        desk.Log.Add(new CorrectionAnswered(request, word));
        if (word == "done" && random.Next(10) == 0) desk.Decided[$"correction {id} of {subscription}"] = () => Send(subscription, id, what, quantity);
        return word != "unknown";
    }
}
