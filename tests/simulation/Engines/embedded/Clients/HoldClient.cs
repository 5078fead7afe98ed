// Places holds, uses them wholly, in part, more than that, too late or not at all.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class HoldClient(Desk desk, int number)
{
    public async Task Work(int holds)
    {
        for (var hold = 0; hold < holds; hold++)
        {
            await One(desk.Any(Tree.Subscriptions).Id, $"h{number}-{hold}");
            await desk.Think();
        }
    }

    private async Task One(string subscription, string id)
    {
        HoldView? held = null;
        var what = new SentEvent(HoldDecider.Source, id, desk.NowMicros, desk.Random.Next(1, 40), Tree.Meter, desk.Chance(50) ? "FI" : "EE");
        var place = new HoldCommand
        {
            Verb = HoldVerb.Place, Id = id, Record = UsageClient.Content(what), BodyHash = (uint)what.Quantity, ExpiresInSeconds = desk.Random.Next(2, 60),
            PartialStep = desk.Chance(30) ? 1 : 0,
        };
        await desk.Try("hold " + id, () => Send(subscription, place, what.Quantity, what, view => held = view));
        if (held is null || desk.Chance(15))
            return;
        if (desk.Chance(35))
            await Task.Delay(TimeSpan.FromSeconds(desk.Random.Next(1, 90)), desk.Engine.Clock);
        var end = desk.Chance(25)
            ? new HoldCommand { Verb = HoldVerb.Release, Id = id }
            : new HoldCommand
            {
                Verb = HoldVerb.Capture, Id = id, Quantity = desk.Random.Next(4) switch { 0 => held.Quantity + 5, 1 => Math.Max(1, held.Quantity - 3), _ => held.Quantity },
                // With the proof that it was used in time, or without.
                UsedMicros = desk.Chance(60) ? held.ExpiresMicros - 1_000_000 : null,
            };
        await desk.Try($"end of {id}", () => Send(subscription, end, end.Quantity, null, _ => { }));
        if (desk.Chance(20))
            await desk.Try($"other end of {id}", () => Send(subscription, end with { Verb = HoldVerb.Capture, Quantity = held.Quantity + 1 }, held.Quantity + 1, null, _ => { }));
    }

    private async Task<bool> Send(string subscription, HoldCommand command, decimal quantity, SentEvent? what, Action<HoldView> done)
    {
        var request = desk.Log.NextRequest();
        var verb = command.Verb switch { HoldVerb.Place => "place", HoldVerb.Capture => "capture", _ => "release" };
        desk.Log.Add(new HoldSent(request, subscription, verb, command.Id, quantity, what));
        var answer = await desk.Ask(() => desk.Subscription(subscription).Hold(command));
        var word = Word(answer);
        desk.Log.Add(new HoldAnswered(request, word, answer?.Hold?.Quantity ?? 0, answer?.Hold?.CapturedQuantity ?? 0));
        if (word is "unknown")
            return false;
        if (word is "done" && answer?.Hold is { } view)
        {
            done(view);
            desk.Decided[$"{verb} {command.Id}"] = () => Send(subscription, command, quantity, what, _ => { });
        }

        return true;
    }

    private static string Word(HoldAnswer? answer) => answer is not { State: BatchState.Decided } ? "unknown" : (HoldOutcome)answer.Outcome switch
    {
        HoldOutcome.Done => "done",
        HoldOutcome.Refused => "refused",
        HoldOutcome.Conflict => "conflict",
        HoldOutcome.Missing => "missing",
        HoldOutcome.Expired => "expired",
        var other => "odd: " + other,
    };
}
