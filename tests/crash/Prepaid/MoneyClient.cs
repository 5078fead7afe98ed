// Pays in, moves money between wallets, changes limits.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

sealed class MoneyClient(PrepaidDesk desk, int number)
{
    readonly Random random = desk.Chance();
    int made;

    public async Task Work(PrepaidTime time, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var reference = $"m{number}-{++made}";
            switch (random.Next(10))
            {
                case < 6: await Pay(reference, time); break;
                case < 9: await Move(reference); break;
                default: await Limit(); break;
            }
            await Task.Delay(random.Next(2, 40), CancellationToken.None);
        }
    }

    Task Pay(string reference, PrepaidTime time)
    {
        var (wallet, _, _, units) = PrepaidTree.Wallets[random.Next(PrepaidTree.Wallets.Length)];
        var (amount, expires) = (Amount(units), random.Next(5) == 0 ? (time.Now / 1000 * 1000) + (random.Next(1, time.ExpirySecondsMax) * 1_000_000L) : (long?)null);
        return desk.Try(random, $"top-up {wallet} {reference}", () => TopUp(wallet, reference, amount, expires));
    }

    Task Move(string reference)
    {
        var (from, to) = random.Next(3) switch { 0 => ("wp", "cc"), 1 => ("cc", "cd"), _ => ("cd", "cc") };
        var amount = Amount(false) / 4;
        return desk.Try(random, $"transfer {reference}", () => Transfer(from, to, reference, amount));
    }

    async Task Limit()
    {
        var (wallet, _, _, units) = PrepaidTree.Wallets[random.Next(PrepaidTree.Wallets.Length)];
        var limit = random.Next(3) == 0 ? 0 : Amount(units) / 2;
        desk.Log.Add(new LimitSent(wallet, limit));
        await desk.Put($"/v1/wallets/{wallet}", PrepaidTree.Wallet(wallet, limit));
    }

    decimal Amount(bool units) => units ? random.Next(4, 400) : random.Next(4, 2_400) / 100m;

    async Task<bool> TopUp(string wallet, string reference, decimal amount, long? expires)
    {
        var request = desk.Log.Send(number => new MoneySent(number, "top_up", wallet, reference, "", amount, amount, expires));
        return Told(request, await desk.Post($"/v1/wallets/{wallet}/top_up",
            new { amount = PrepaidDesk.Text(amount), reference, expires_at = expires is { } at ? UsageEvent.TimeText(at) : null }),
            $"top-up {wallet} {reference}", () => TopUp(wallet, reference, amount, expires));
    }

    async Task<bool> Transfer(string from, string to, string reference, decimal amount)
    {
        var request = desk.Log.Send(number => new MoneySent(number, "transfer", from, reference, to, amount, amount, null));
        return Told(request, await desk.Post($"/v1/wallets/{from}/transfer", new { to, amount = PrepaidDesk.Text(amount), reference }),
            $"transfer {reference}", () => Transfer(from, to, reference, amount));
    }

    bool Told(int request, Reply? reply, string about, Func<Task<bool>> again)
    {
        var word = reply switch
        {
            null => "unknown",
            { IsGood: true } => "done",
            { Code: "conflict" } => "conflict",
            { Code: "insufficient_funds" } => "insufficient",
            { Status: 400 } => "invalid",
            _ => $"odd: {reply.Status} {reply.Code}",
        };
        desk.Log.Add(new MoneyAnswered(request, word));
        if (word is "done" or "conflict" && random.Next(5) == 0) desk.Decided[about] = again;
        return word != "unknown";
    }
}
