// Pays in, moves money between wallets, changes limits.
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class MoneyClient(Desk desk, int number)
{
    private readonly List<TopUpCommand> paid = [];

    public async Task Work(int commands)
    {
        for (var command = 0; command < commands; command++)
        {
            switch (desk.Random.Next(10))
            {
                case < 6: await Pay($"t{number}-{command}"); break;
                case < 8: await Move($"m{number}-{command}"); break;
                default: await Limit(); break;
            }

            await desk.Think();
        }
    }

    private Task Pay(string reference)
    {
        var (wallet, _, _, units) = desk.Any(Tree.Wallets);
        var expires = desk.Chance(25) ? desk.NowMicros + (desk.Random.Next(1, 120) * 1_000_000L) : (long?)null;
        var command = new TopUpCommand { Reference = reference, Amount = Amount(units), ExpiresAtMicros = expires, Actor = desk.Filler };
        if (paid.Count > 0 && desk.Chance(15))
            command = desk.Any(paid) with { Amount = Amount(units) };
        paid.Add(command);
        return desk.Try($"top-up {wallet} {command.Reference} {command.Amount}", () => Send(wallet, command));
    }

    private Task Move(string reference)
    {
        var from = desk.Any<string>(["wp", "cc", "cu"]);
        // From the wallet of units only into itself, which is refused: there is no other one of units.
        var to = from == "cu" ? "cu" : desk.Any([.. Tree.Wallets.Select(wallet => wallet.Id).Where(id => id != from)]);
        var amount = Amount(from == "cu") / 4;
        var command = new TransferCommand { Reference = reference, To = to, Amount = amount, Credited = to == "cu" ? desk.Random.Next(1, 200) : amount, Actor = desk.Filler };
        return desk.Try("transfer " + reference, () => Send(from, command));
    }

    private async Task Limit()
    {
        var (wallet, _, _, units) = desk.Any(Tree.Wallets);
        var limit = desk.Chance(30) ? 0 : Amount(units) / 2;
        (decimal Amount, DateTimeOffset Until)? temporary = desk.Chance(30) ? (Amount(units), desk.Engine.Clock.GetUtcNow().AddSeconds(desk.Random.Next(1, 100))) : null;
        desk.Log.Add(new LimitSent(wallet, limit));
        if (temporary is { } other)
            desk.Log.Add(new LimitSent(wallet, other.Amount));
        var body = Tree.Wallet(wallet, limit, temporary, desk.Chance(30) ? Amount(units) : null, desk.Chance(20) ? Amount(units) : null);
        await desk.Ask(() => desk.Wallet(wallet).Define(new DefineCommand { Kind = "wallet", Id = wallet, Body = body, Actor = "client" }));
    }

    private decimal Amount(bool units) => units ? desk.Random.Next(4, 200) : desk.Random.Next(4, 1_200) / 100m;

    private async Task<bool> Send(string wallet, TopUpCommand command)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new MoneySent(request, "top_up", wallet, command.Reference, "", command.Amount, command.Amount, command.ExpiresAtMicros));
        return Told(request, await desk.Ask(() => desk.Wallet(wallet).TopUp(command)), $"top-up {wallet} {command.Reference} {command.Amount}", () => Send(wallet, command));
    }

    private async Task<bool> Send(string wallet, TransferCommand command)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new MoneySent(request, "transfer", wallet, command.Reference, command.To, command.Amount, command.Credited, null));
        return Told(request, await desk.Ask(() => desk.Wallet(wallet).Transfer(command)), "transfer " + command.Reference, () => Send(wallet, command));
    }

    private bool Told(int request, WalletAnswer? answer, string about, Func<Task<bool>> again)
    {
        var word = answer?.Outcome switch
        {
            null or WalletOutcome.Unavailable => "unknown",
            WalletOutcome.Done => "done",
            WalletOutcome.Conflict => "conflict",
            WalletOutcome.Insufficient => "insufficient",
            WalletOutcome.Invalid => "invalid",
            var other => "odd: " + other,
        };
        desk.Log.Add(new MoneyAnswered(request, word));
        if (word is "done" or "conflict")
            desk.Decided[about] = again;
        return word != "unknown";
    }
}
