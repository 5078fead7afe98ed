// What a wallet asks of the collection port.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Collection;

/// <summary>A wallet asks for money, and asks again how that went: the number stands for one request, whoever asks how often.</summary>
public sealed record RequestTopUp(string Wallet, long Number, decimal Amount, Instant At) : AccountCommand
{
    private string Id => TopUpRequested.IdOf(Wallet, TopUpDecider.ReferenceOf(Number));

    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => state.Collections.TopUp(Id) is { } known
        ? Decision.Again(known.Requested.Amount == Amount, "top-up", Id)
        : Decision.Of(new TopUpRequested { Id = Id, Wallet = Wallet, Number = Number, Amount = Amount, At = At });

    /// <inheritdoc/>
    public override object Answer(AccountState state) => ChargeRequestFigures.Of(state.Key, state.Collections.TopUp(Id)!);
}
