// Retracts and amends events that were sent, and reports whether messages arrived; also of events that nobody took.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class CorrectionClient(Desk desk)
{
    public async Task Work(int corrections)
    {
        for (var correction = 0; correction < corrections; correction++)
        {
            await desk.Think();
            if (desk.Sent.Count == 0)
                continue;
            // The same events again and again: what one left is what the next one finds.
            var (subscription, what) = desk.Sent[desk.Chance(50) ? desk.Random.Next(Math.Min(4, desk.Sent.Count)) : desk.Random.Next(desk.Sent.Count)];
            var delivery = desk.Chance(40) ? desk.Chance(60) ? "UNDELIV" : "DELIVRD" : null;
            var command = new CorrectionCommand
            {
                Id = $"c{(correction > 0 && desk.Chance(10) ? correction - 1 : correction)}", Source = what.Source, EventId = what.Id, TimeMicros = what.TimeMicros,
                Quantity = delivery is null && desk.Chance(60) ? desk.Random.Next(1, 40) : null, Reason = desk.Filler, Delivery = delivery,
            };
            await desk.Try($"correction {correction}", () => Send(subscription, command));
        }
    }

    private async Task<bool> Send(string subscription, CorrectionCommand command)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new CorrectionSent(request, subscription, command.Id, command.Source, command.EventId, command.Quantity, command.Delivery));
        var answer = await desk.Ask(() => desk.Engine.Grains.GetGrain<ISubscriptionCorrections>(subscription).Correct(command));
        var word = answer is not { State: BatchState.Decided } ? "unknown" : (CorrectionOutcome)answer.Outcome switch
        {
            CorrectionOutcome.Done => "done",
            CorrectionOutcome.Unchanged => "unchanged",
            CorrectionOutcome.Conflict => "conflict",
            CorrectionOutcome.UnknownEvent or CorrectionOutcome.TooLate => "missing",
            CorrectionOutcome.AlreadyRetracted => "gone",
            CorrectionOutcome.NotDelivered => "not_delivered",
            CorrectionOutcome.PriceCorrected => "price_corrected",
            CorrectionOutcome.Refused when (UsageOutcome)answer.Refusal is UsageOutcome.InsufficientFunds or UsageOutcome.UpstreamCredit
                or UsageOutcome.InsufficientAllowance => "short",
            var other => $"odd: {other} {(UsageOutcome)answer.Refusal}",
        };
        desk.Log.Add(new CorrectionAnswered(request, word));
        if (word == "done")
            desk.Decided[$"correction {command.Id} {command.Delivery} of {subscription} {command.EventId}"] = () => Send(subscription, command);
        return word != "unknown";
    }
}
