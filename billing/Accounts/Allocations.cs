// What may be allocated to documents, and credit that goes to the next document by itself.
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Pure.</summary>
public static class Allocations
{
    /// <summary>What is wrong with allocations, or null.</summary>
    public static Decision? Check(AccountState state, IReadOnlyList<Allocation> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, field) = (parts[i], $"allocations[{i}]");
            if (state.Document(part.Document) is not { } document)
                return Decision.Invalid($"{field}.document", $"\"{part.Document}\" is no document that this account owes");
            if (parts.Take(i).Any(other => other.Document == part.Document))
                return Decision.Invalid($"{field}.document", "is named twice");
            if (part.Amount <= 0 || Rounding.PlacesOf(part.Amount) > Currencies.ExponentOf(state.Key.Currency))
                return Decision.Invalid($"{field}.amount", $"must be more than 0, with no more digits than {state.Key.Currency} has");
            if (part.Amount > document.Outstanding)
                return Decision.Conflict("exceeds_outstanding", $"{part.Document} has {document.Outstanding} outstanding; {part.Amount} is too much.");
        }

        return null;
    }

    /// <summary>Unapplied credit for the documents that were issued while there was some, in the order of issue (domain 0.3, rule 19).</summary>
    public static Decision ToNewDocuments(AccountState state)
    {
        var (facts, left) = (new List<AccountFact>(), state.Credits.Take(state.Unapplied).ToList());
        foreach (var document in state.AwaitingCredit)
        {
            var parts = Cut(left, document.Outstanding);
            if (parts.Length > 0)
                facts.Add(new Allocated { Id = document.Opened.Number, Document = document.Opened.Number, On = document.Opened.IssueDate, Parts = parts });
        }

        return new Decision(facts);
    }

    /// <summary>The next parts of what is left, up to an amount; they are taken off.</summary>
    internal static CreditPart[] Cut(List<CreditPart> left, decimal amount)
    {
        var parts = new List<CreditPart>();
        while (amount > 0 && left.Count > 0)
        {
            var part = left[0] with { Amount = Math.Min(left[0].Amount, amount) };
            parts.Add(part);
            amount -= part.Amount;
            if (part.Amount == left[0].Amount) left.RemoveAt(0);
            else left[0] = left[0] with { Amount = left[0].Amount - part.Amount };
        }

        return [.. parts];
    }
}
