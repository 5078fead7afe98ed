// Money in: received, allocated, reversed (domain 0.3, rules 19 and 20; APIC-07).
using NodaTime;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Record a payment. The same id with the same body again changes nothing.</summary>
public sealed record ReceivePayment(PaymentReceived Fact) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Payment(Fact.Id) is { } known)
            return Decision.Again(known.Says(Fact), "payment", Fact.Id);
        if (ChargeRequest.IsPayment(Fact.Id))
            return Decision.Invalid("id", "must not be one that charges of cards are recorded under");
        if (Rounding.PlacesOf(Fact.Amount) > Currencies.ExponentOf(state.Key.Currency))
            return Decision.Invalid("amount", $"must have no more digits than {state.Key.Currency} has");
        if (Fact.Rest < 0)
            return Decision.Invalid("allocations", "come to more than the payment");
        return Allocations.Check(state, Fact.Allocations) ?? Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => PaymentFigures.Of(state, Fact.Id);
}

/// <summary>Take a payment back. The command again changes nothing; another one is refused.</summary>
public sealed record ReversePayment(string Payment, string By, string Reason) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Payment(Payment) is null)
            return Decision.Conflict("not_found", $"There is no payment \"{Payment}\".");
        if (state.Reversal(Payment) is { } reversal)
            return reversal.Command == By ? Decision.Nothing : Decision.Conflict("already_reversed", $"The payment \"{Payment}\" is reversed already.");
        var credit = state.Credits.Find(Payment)!;
        var reopened = credit.Used.GroupBy(part => part.Document).Select(group => new Allocation(group.Key, group.Sum(part => part.Amount)));
        return Decision.Of(new PaymentReversed
        {
            Payment = Payment, Command = By, Reason = Reason, Reopened = [.. reopened], Unapplied = credit.Left,
            Holds = state.Collections.CollectedFor(Payment),
        });
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => PaymentFigures.Of(state, Payment);
}

/// <summary>Note that a buyer says that it has paid.</summary>
public sealed record NoticePayment(PaymentNoticed Fact) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Notice(Fact.Id) is { } known)
            return Decision.Again(known with { Documents = Fact.Documents } == Fact && known.Documents.SequenceEqual(Fact.Documents), "notice", Fact.Id);
        for (var i = 0; i < Fact.Documents.Length; i++)
        {
            if (state.Document(Fact.Documents[i]) is not { Outstanding: > 0 })
                return Decision.Invalid($"documents[{i}]", $"\"{Fact.Documents[i]}\" is no open document of this party");
        }

        return Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => NoticeFigures.Of(state, Fact.Id);
}
