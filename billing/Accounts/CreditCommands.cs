// Unapplied credit that goes to documents by command: which ones, how much, and if need be from which payment or credit note.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Use what is unapplied for documents. The same id with the same body again changes nothing.</summary>
/// <param name="Id">Identifies the command.</param>
/// <param name="On">A document that it settles is paid on this day.</param>
/// <param name="Parts">What goes where.</param>
/// <param name="Source">Id of the payment or number of the credit note that it is taken from; null: the oldest first.</param>
public sealed record AllocateCredit(string Id, LocalDate On, Allocation[] Parts, string? Source = null) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.AllocatedBy(Id) is { } known)
            return Decision.Again(known.SequenceEqual(Parts), "allocation", Id);
        if (Source is not null && state.Credits.Find(Source) is null)
            return Decision.Invalid("source", $"\"{Source}\" is no payment and no credit note of this account");
        if (Allocations.Check(state, Parts) is { } wrong)
            return wrong;
        var left = state.Credits.Take(state.Unapplied).Where(part => Source is null || part.Source == Source).ToList();
        var available = left.Sum(part => part.Amount);
        if (Parts.Sum(part => part.Amount) > available)
            return Decision.Conflict("insufficient_credit", $"Only {available} is unapplied.");
        return new Decision([.. Parts.Select(part => new Allocated
        {
            Id = $"{Id}/{part.Document}", Document = part.Document, On = On, Parts = Allocations.Cut(left, part.Amount),
        })]);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => AccountFigures.Of(state);
}
