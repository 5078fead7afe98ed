// Billing a customer for a provider, once or again and again (domain 1.2; 0.3, rule 23).
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Bills;

/// <summary>One bill.</summary>
/// <param name="Fact">What is charged.</param>
/// <param name="HasPeriod">Whether the provider named its days; without, they are those of its receipt.</param>
/// <param name="TrialPolicy"><c>reject</c> or <c>warn</c>.</param>
/// <param name="Now">When it came.</param>
/// <param name="HasEnded">Whether the customer is terminated.</param>
public sealed record SubmitBill(Charged Fact, bool HasPeriod, string TrialPolicy, Instant Now, bool HasEnded = false) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Charges.Find(Fact.Id) is { } known)
            return Decision.Again(AsGiven(known.Charged) == Fact, "bill", BillNames.IdOf(Fact.Id));
        if ((HasEnded ? BillGate.Ended : BillGate.Refusal(state.Bills.Use(Fact.Provider!), Now)) is { } refusal)
            return new Decision([], refusal);
        if (IsInTrial(state) && TrialPolicy == "reject")
            return BillGate.FreeTrial(state.Bills.Use(Fact.Provider!)!);
        return state.Charges.All.Count >= Limits.AccountChargesMax
            ? Decision.Conflict("account_full", $"The account has {Limits.AccountChargesMax} charges: that is the most.")
            : Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) =>
        new BillFigures(ChargeFigures.Of(state.Key, state.Charges.Find(Fact.Id)!), IsInTrial(state) ? BillGate.FreeTrialCode : null);

    // A repeat comes later than the bill: when it was received is no part of what it says.
    private Charged AsGiven(Charged stored) => HasPeriod ? stored with { At = Fact.At } : stored with { At = Fact.At, From = Fact.From, To = Fact.To };

    private bool IsInTrial(AccountState state) => BillGate.IsInTrial(state.Bills.Use(Fact.Provider!), Fact.Commissionable == true, Now);
}

/// <summary>Cancel a bill that no invoice has. Cancelled again it stays so (MAES-04).</summary>
public sealed record CancelBill(string Id) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => state.Charges.Find(Id) switch
    {
        null => Decision.Conflict("not_found", $"There is no bill \"{BillNames.IdOf(Id)}\"."),
        { IsCancelled: true } => Decision.Nothing,
        { IsBegun: true } => Decision.Invalid("status", "is invoiced: an invoiced bill is not cancelled"),
        _ => Decision.Of(new ChargeCancelled { Id = Id }),
    };

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new BillFigures(ChargeFigures.Of(state.Key, state.Charges.Find(Id)!));
}

/// <summary>A bill that comes again; what it bills at once stands with it.</summary>
/// <param name="Fact">The recurring bill.</param>
/// <param name="HasStart">Whether the provider said when it starts; without, it starts when it came.</param>
/// <param name="TrialPolicy"><c>reject</c> or <c>warn</c>.</param>
/// <param name="Now">When it came.</param>
/// <param name="Initial">What is billed at once, or null.</param>
/// <param name="HasEnded">Whether the customer is terminated.</param>
public sealed record MakeRecurringBill(RecurringBillMade Fact, bool HasStart, string TrialPolicy, Instant Now, Charged? Initial = null, bool HasEnded = false)
    : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Bills.Recurring(Fact.Id) is { } known)
            return Decision.Again((HasStart ? known.Made : known.Made with { StartsAt = Fact.StartsAt }) == Fact, "recurring bill", BillNames.IdOf(Fact.Id));
        if ((HasEnded ? BillGate.Ended : BillGate.Again(state.Bills.Use(Fact.Provider), Now)) is { } refusal)
            return new Decision([], refusal);
        var first = Initial is null ? Fact.Schedule.At(0, Fact.Zone)!.Value : Now;
        if (TrialPolicy == "reject" && BillGate.IsInTrial(state.Bills.Use(Fact.Provider), Fact.Commissionable, first))
            return BillGate.FreeTrial(state.Bills.Use(Fact.Provider)!);
        if (state.Bills.Running.Count >= Limits.RecurringBillsMax)
            return Decision.Conflict("account_full", $"The customer has {Limits.RecurringBillsMax} recurring bills: that is the most.");
        // What is due at once is billed at once.
        return new Decision([Fact, .. Initial is null ? [] : new[] { Initial }, .. RecurringBills.Due(Fact, 0, null, Now)]);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => RecurringBillFigures.Of(state.Key, state.Bills.Recurring(Fact.Id)!);
}

/// <summary>Cancel a recurring bill. Cancelled again, or over, it stays so.</summary>
public sealed record StopRecurringBill(string Id) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => state.Bills.Recurring(Id) switch
    {
        null => Decision.Conflict("not_found", $"There is no recurring bill \"{BillNames.IdOf(Id)}\"."),
        { NextAt: null } => Decision.Nothing,
        _ => Decision.Of(new RecurringBillStopped { Id = Id }),
    };

    /// <inheritdoc/>
    public override object Answer(AccountState state) => RecurringBillFigures.Of(state.Key, state.Bills.Recurring(Id)!);
}

/// <summary>The customer's end is final: nothing is billed to it again and again. What has fallen due before stays, and is billed first.</summary>
public sealed record StopRecurringBills(Instant At) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => new([.. RecurringBills.Ended(state, null, At)]);

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new RecurringBillsLeft(state.Bills.Running.Count);
}

/// <summary>How many recurring bills still have something to bill.</summary>
public sealed record RecurringBillsLeft(int Running);

/// <summary>Say how a customer uses a provider's application. One that leaves is billed by none of the provider's recurring bills any more.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="TrialEndsAt">Until when it is free.</param>
/// <param name="LeftAt">When the customer left; null: it is there.</param>
public sealed record ChangeProviderUse(string Provider, Instant? TrialEndsAt = null, Instant? LeftAt = null) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        var stands = state.Bills.Use(Provider);
        // Who has left has left then, however often it is said.
        var leftAt = LeftAt is null ? null : stands?.LeftAt ?? LeftAt;
        var trialEndsAt = LeftAt is null ? TrialEndsAt : stands?.TrialEndsAt;
        return stands is not null && stands.TrialEndsAt == trialEndsAt && stands.LeftAt == leftAt
            ? Decision.Nothing
            : new Decision([new ProviderUseChanged { Provider = Provider, Number = (stands?.Number ?? 0) + 1, TrialEndsAt = trialEndsAt, LeftAt = leftAt },
                .. leftAt is { } left ? RecurringBills.Ended(state, Provider, left) : []]);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => ProviderUseFigures.Of(state.Bills.Use(Provider)!);
}
