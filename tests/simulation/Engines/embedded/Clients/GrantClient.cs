// Gives subscriptions packages, free ones and ones that cost, now and then with an id that stands for another one.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class GrantClient(Desk desk)
{
    public async Task Work(int grants)
    {
        for (var grant = 0; grant < grants; grant++)
        {
            var subscription = desk.Any(Tree.Subscriptions).Id;
            var leg = desk.Any(Tree.LegsOf(subscription));
            var policy = desk.Random.Next(6) switch { 0 => ExhaustedPolicy.Stop, 1 => ExhaustedPolicy.OverageUpTo, _ => ExhaustedPolicy.Overage };
            var command = new GrantCommand
            {
                Id = $"g{(grant > 0 && desk.Chance(10) ? grant - 1 : grant)}", Agreement = leg.Agreement, Meter = Tree.Meter, Quantity = desk.Random.Next(1, 180),
                Price = leg.CountsUnits || desk.Chance(50) ? 0 : desk.Random.Next(1, 100) / 100m, Priority = desk.Random.Next(-1, 2),
                OnExhausted = (byte)policy, Limit = policy == ExhaustedPolicy.OverageUpTo ? desk.Random.Next(5) : null,
                // Some cover the month before, which backfills are of.
                StartsMicros = desk.Chance(40) ? desk.NowMicros - (60L * 86_400_000_000) : null,
                ExpiresMicros = desk.Chance(40) ? desk.NowMicros + (desk.Random.Next(1, 300) * 1_000_000L) : null,
            };
            await desk.Try($"grant {grant}", () => Send(subscription, command));
            await desk.Think();
            await desk.Think();
        }
    }

    private async Task<bool> Send(string subscription, GrantCommand command)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new GrantSent(request, subscription, command.Id, command.Agreement, command.Quantity, command.Price));
        var answer = await desk.Ask(() => desk.Engine.Grains.GetGrain<ISubscriptionAllowances>(subscription).Grant(command));
        var word = answer is not { State: BatchState.Decided } ? "unknown" : (GrantOutcome)answer.Outcome switch
        {
            GrantOutcome.Done => "done",
            GrantOutcome.Conflict => "conflict",
            GrantOutcome.Short => "short",
            // Repeated after its own end.
            GrantOutcome.Invalid when answer.Field == "expires_at" => "late",
            var other => $"odd: {other} {answer.Detail}",
        };
        desk.Log.Add(new GrantAnswered(request, word));
        if (word == "done")
            desk.Decided[$"grant {command.Id} of {subscription}"] = () => Send(subscription, command);
        return word != "unknown";
    }
}
