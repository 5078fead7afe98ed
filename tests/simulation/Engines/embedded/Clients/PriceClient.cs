// Corrects prices of events that were sent, up and down; also of events that nobody took, and of legs that have no price.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class PriceClient(Desk desk)
{
    public async Task Work(int corrections)
    {
        for (var correction = 0; correction < corrections; correction++)
        {
            await desk.Think();
            if (desk.Sent.Count == 0)
                continue;
            // The same few events again and again: corrected, refunded, retracted and amended meanwhile.
            var (subscription, what) = desk.Sent[desk.Chance(50) ? desk.Random.Next(Math.Min(4, desk.Sent.Count)) : desk.Random.Next(desk.Sent.Count)];
            var price = new NamedPrice
            {
                Source = what.Source, EventId = what.Id, TimeMicros = what.TimeMicros, Agreement = desk.Any(Tree.LegsOf(subscription)).Agreement,
                UnitPrice = desk.Random.Next(0, 2_000) / 10_000m,
            };
            var command = new RepriceCommand { Id = $"p{(correction > 0 && desk.Chance(10) ? correction - 1 : correction)}", Reason = desk.Filler, Prices = [price] };
            await desk.Try($"price {correction}", () => Send(subscription, command));
        }
    }

    private async Task<bool> Send(string subscription, RepriceCommand command)
    {
        var (request, price) = (desk.Log.NextRequest(), command.Prices[0]);
        desk.Log.Add(new PriceSent(request, subscription, command.Id, price.Source, price.EventId, price.Agreement, price.UnitPrice!.Value));
        var answer = await desk.Ask(() => desk.Engine.Grains.GetGrain<ISubscriptionPriceCorrections>(subscription).Reprice(command));
        var word = answer is not { State: BatchState.Decided, Outcomes: [var outcome] } ? "unknown" : (CorrectionOutcome)outcome switch
        {
            CorrectionOutcome.Done => "done",
            CorrectionOutcome.Unchanged => "unchanged",
            CorrectionOutcome.Conflict => "conflict",
            CorrectionOutcome.UnknownEvent or CorrectionOutcome.TooLate => "missing",
            CorrectionOutcome.AlreadyRetracted => "gone",
            var other => $"odd: {other}",
        };
        desk.Log.Add(new PriceAnswered(request, word));
        if (word == "done")
            desk.Decided[$"price {command.Id} of {subscription} {price.EventId} on {price.Agreement}"] = () => Send(subscription, command);
        return word != "unknown";
    }
}
