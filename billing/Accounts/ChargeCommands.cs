// Charging, and taking a charge back before it is billed.
namespace OrleansBilling.Billing.Accounts;

/// <summary>Charge something, or give a discount. The same id with the same body again changes nothing.</summary>
/// <param name="Fact">What is charged.</param>
/// <param name="ByReceipt">Its instant is that of its receipt: a repeat comes later, and is the same all the same.</param>
public sealed record PostCharge(Charged Fact, bool ByReceipt = false) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Charges.Find(Fact.Id) is { } known)
            return Decision.Again((ByReceipt ? known.Charged with { At = Fact.At } : known.Charged) == Fact, "charge", Fact.Id);
        return state.Charges.All.Count >= Limits.AccountChargesMax
            ? Decision.Conflict("account_full", $"The account has {Limits.AccountChargesMax} charges: that is the most.")
            : Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => ChargeFigures.Of(state.Key, state.Charges.Find(Fact.Id)!);
}

/// <summary>Cancel a charge that no document has. Cancelled again it stays so.</summary>
public sealed record CancelCharge(string Id) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => state.Charges.Find(Id) switch
    {
        null => Decision.Conflict("not_found", $"There is no charge \"{Id}\"."),
        { IsCancelled: true } => Decision.Nothing,
        { IsBegun: true } => Decision.Conflict("already_invoiced", $"The charge \"{Id}\" stands on a document: a credit note takes it back."),
        _ => Decision.Of(new ChargeCancelled { Id = Id }),
    };

    /// <inheritdoc/>
    public override object Answer(AccountState state) => ChargeFigures.Of(state.Key, state.Charges.Find(Id)!);
}

/// <summary>A charge as it is kept for lists and answered.</summary>
/// <param name="Party">Who owes it.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Status">See <see cref="ChargeState.Status"/>.</param>
/// <param name="Remaining">Not yet on a document.</param>
/// <param name="Charged">As it was charged.</param>
/// <param name="Run">The newest close that has taken of it.</param>
public sealed record ChargeFigures(string Party, string Seller, string Currency, string Status, decimal Remaining, Charged Charged, string? Run = null)
{
    /// <summary>Of a charge.</summary>
    public static ChargeFigures Of(AccountKey key, ChargeState state) =>
        new(key.Buyer, key.Seller, key.Currency, state.Status, state.Remaining, state.Charged, state.Run);
}
