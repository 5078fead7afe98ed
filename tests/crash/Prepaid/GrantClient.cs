// Gives subscriptions packages, free ones and ones that cost, now and then with an id that stands for another one.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class GrantClient(PrepaidDesk desk)
{
    // A subscription may have a hundred.
    const int Most = 90;
    readonly Random random = desk.Chance();
    int made;

    public async Task Work(PrepaidTime time, CancellationToken end)
    {
        while (!end.IsCancellationRequested && made < Most)
        {
            await Task.Delay(random.Next(20, 400), CancellationToken.None);
            var (subscription, customer, _, retail) = PrepaidTree.Subscriptions[random.Next(PrepaidTree.Subscriptions.Length)];
            var agreement = random.Next(2) == 0 ? "a" : PrepaidTree.AgreementOf(customer);
            var id = $"g{(made > 0 && random.Next(10) == 0 ? made : ++made)}";
            var policy = random.Next(6) switch { 0 => "stop", 1 => "overage_up_to", _ => "overage" };
            decimal quantity = random.Next(1, 120);
            var price = (retail == "cu" && agreement != "a") || random.Next(2) == 0 ? 0 : random.Next(1, 100) / 100m;
            var body = new
            {
                id, agreement, meter = PrepaidTree.Meter, quantity = PrepaidDesk.Text(quantity), price = PrepaidDesk.Text(price), priority = random.Next(-1, 2), on_exhausted = policy,
                limit = policy == "overage_up_to" ? PrepaidDesk.Text(random.Next(5)) : null,
                // Some cover what backfills are of, some end soon.
                starts_at = random.Next(2) == 0 ? $"{time.FirstDay}T00:00:00Z" : null,
                expires_at = random.Next(3) == 0 ? UsageEvent.TimeText(time.Now + (random.Next(1, time.ExpirySecondsMax) * 1_000_000L)) : null,
            };
            await desk.Try(random, $"grant {id} of {subscription} {quantity} {price}", () => Send(subscription, id, agreement, quantity, price, body));
        }
    }

    async Task<bool> Send(string subscription, string id, string agreement, decimal quantity, decimal price, object body)
    {
        var request = desk.Log.Send(number => new GrantSent(number, subscription, id, agreement, quantity, price));
        var reply = await desk.Post($"/v1/subscriptions/{subscription}/grants", body);
        var word = reply switch
        {
            null => "unknown",
            { IsGood: true } => "done",
            { Code: "insufficient_funds" or "upstream_credit" } => "short",
            { Code: "conflict" } => "conflict",
            // Repeated after its own end.
            { Code: "invalid_request" } when reply.Body.ToString().Contains("expires_at", StringComparison.Ordinal) => "late",
            _ => $"odd: {reply.Status} {reply.Body}",
        };
        desk.Log.Add(new GrantAnswered(request, word));
        if (word == "done" && random.Next(4) == 0) desk.Decided[$"grant {id} of {subscription}"] = () => Send(subscription, id, agreement, quantity, price, body);
        return word != "unknown";
    }
}
