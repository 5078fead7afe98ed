// Sends events of backfills to subscriptions, over and over, and takes backfills back now and then, while others still send.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class BackfillClient(Desk desk, int number)
{
    private const long Day = 86_400_000_000;
    private int made;

    /// <summary>The backfills of every run, opened when it began.</summary>
    public static readonly string[] Backfills = ["b1", "b2", "b3"];

    public async Task Work(int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            var subscription = desk.Any(Tree.Subscriptions).Id;
            if (desk.Chance(12))
            {
                var backfill = desk.Any(Backfills);
                await desk.Try($"revert {number} {call}", () => Revert(subscription, backfill));
            }
            else
            {
                if (!desk.Backfilled.TryGetValue(subscription, out var sent))
                    desk.Backfilled[subscription] = sent = [];
                var events = Enumerable.Range(0, desk.Random.Next(1, 7)).Select(_ => Next(subscription, sent)).ToArray();
                await desk.Try($"backfill {number} {call}", () => UsageClient.Send(desk, subscription, events));
            }

            await desk.Think();
        }
    }

    private async Task<bool> Revert(string subscription, string backfill)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new RevertSent(request, subscription, backfill));
        var command = new RevertCommand { Backfill = backfill, Reason = desk.Filler };
        var answer = await desk.Ask(() => desk.Engine.Grains.GetGrain<ISubscriptionBackfills>(subscription).Revert(command));
        var done = answer?.State == BatchState.Decided;
        desk.Log.Add(new RevertAnswered(request, done ? "done" : "unknown"));
        if (done)
            desk.Decided[$"revert of {backfill} on {subscription}"] = () => Revert(subscription, backfill);
        return done;
    }

    private SentEvent Next(string subscription, List<SentEvent> sent)
    {
        var choice = desk.Random.Next(100);
        if (choice < 25 && sent.Count > 0)
            return desk.Any(sent);
        if (choice < 30 && sent.Count > 0)
            return desk.Any(sent) is { Quantity: < 1001 } good ? good with { Quantity = desk.Random.Next(101, 200) } : desk.Any(sent);
        var one = choice is >= 30 and < 40 && sent.Count > 0
            // The same event in another backfill is another one.
            ? desk.Any(sent) with { Source = Source() }
            : new SentEvent(Source(), $"f{number}-{++made}", desk.NowMicros - (35 * Day) - (desk.Random.NextInt64(8 * Day) / 1000 * 1000), desk.Random.Next(1, 12), Tree.Meter,
                desk.Chance(50) ? "FI" : "EE");
        // What is never taken has a quantity of its own, by which the auditor knows it.
        one = choice switch
        {
            40 => one with { Country = "XX", Quantity = 1001 },
            41 => one with { TimeMicros = desk.NowMicros - (33 * Day), Quantity = 1001 },
            _ => one,
        };
        sent.Add(one);
        // Corrections have to refuse it.
        if (desk.Chance(20))
            desk.Sent.Add((subscription, one));
        return one;
    }

    private string Source() => $"{BackfillName.RevertSource}/{Tree.Start.ToUnixTimeSeconds() / 86_400}/{desk.Any(Backfills)}//smsc";
}
