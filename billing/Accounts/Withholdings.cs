// Tax that a buyer withholds: recorded per fiscal quarter, reversible; it settles its document (domain 1.4).
namespace OrleansBilling.Billing.Accounts;

/// <summary>Record a withholding. The same id with the same body again changes nothing.</summary>
public sealed record Withhold(Withheld Fact) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Withholding(Fact.Id) is { } known)
            return Decision.Again(known with { On = Fact.On } == Fact, "withholding", Fact.Id);
        return Allocations.Check(state, [new Allocation(Fact.Document, Fact.Amount)]) is { Refusal: { } refusal }
            ? new Decision([], refusal with { Field = refusal.Field?.Replace("allocations[0].", "", StringComparison.Ordinal) })
            : Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => WithholdingFigures.Of(state, Fact.Id);
}

/// <summary>Take a withholding back. The command again changes nothing; another one is refused.</summary>
public sealed record ReverseWithholding(string Id, string By, string Reason) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Withholding(Id) is not { } withheld)
            return Decision.Conflict("not_found", $"There is no withholding \"{Id}\".");
        if (state.WithholdingReversal(Id) is { } reversal)
            return reversal.By == By ? Decision.Nothing : Decision.Conflict("already_reversed", $"The withholding \"{Id}\" is reversed already.");
        return Decision.Of(new WithholdingReversed { Id = Id, By = By, Reason = Reason, Document = withheld.Document, Amount = withheld.Amount });
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => WithholdingFigures.Of(state, Id);
}

/// <summary>A withholding as it stands.</summary>
public sealed record WithholdingFigures(string Party, string Seller, string Currency, Withheld Withheld, WithholdingReversed? Reversal = null)
{
    /// <summary>Of a withholding.</summary>
    public static WithholdingFigures Of(AccountState state, string id) => new(state.Key.Buyer, state.Key.Seller, state.Key.Currency,
        state.Withholding(id)!, state.WithholdingReversal(id));
}
