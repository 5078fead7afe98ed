// What of a wallet's money belongs into its seller's books, numbered, and what is not known to stand there yet.
namespace OrleansBilling.Billing.Wallets;

/// <summary>What happened to the money, as the books see it. Snapshots keep it: never renumber.</summary>
public enum BookingKind : byte
{
    /// <summary>What had been paid in before the wallet was in any books.</summary>
    Opened = 1,
    /// <summary>Paid in.</summary>
    ToppedUp = 2,
    /// <summary>Given for nothing.</summary>
    Given = 3,
    /// <summary>Came from another wallet.</summary>
    CameIn = 4,
    /// <summary>Left for another wallet.</summary>
    WentOut = 5,
    /// <summary>Paid for units.</summary>
    BoughtUnits = 6,
    /// <summary>Left of a credit that expired.</summary>
    Expired = 7,
    /// <summary>Left of something given that expired.</summary>
    GivenExpired = 8,
    /// <summary>Paid back to its owner.</summary>
    Withdrawn = 9,
    /// <summary>Charged at the collection port, as it had asked.</summary>
    Charged = 10,
}

/// <summary>One entry for the books.</summary>
/// <param name="Number">1, 2, 3 … within the wallet.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Amount">Above 0; of <see cref="BookingKind.Opened"/> what there was, also below.</param>
/// <param name="Reference">The command's; empty where nobody commanded it.</param>
/// <param name="Other">The other wallet; empty: none.</param>
/// <param name="AtMicros">When, µs since 1970 UTC.</param>
/// <param name="Receipt">Number of the receipt within the wallet; null: no money came in.</param>
/// <param name="Actor">Id of the API key that asked; empty: nobody did.</param>
public sealed record WalletBooking(long Number, BookingKind Kind, decimal Amount, string Reference, string Other, long AtMicros, long? Receipt, string Actor);

/// <summary>Changed by the wallet's facts only. A wallet that is in no books numbers nothing.</summary>
public sealed class WalletBooks
{
    private readonly List<WalletBooking> unbooked = [];

    /// <summary>Id of the account in whose books it is (billing: AccountKey); null: in none. Never changes once it is set.</summary>
    public string? Account { get; internal set; }

    /// <summary>Entries that were numbered.</summary>
    public long Numbered { get; internal set; }

    /// <summary>Receipts that were numbered.</summary>
    public long Receipts { get; internal set; }

    /// <summary>Entries that are not known to stand in the account, oldest first.</summary>
    public IReadOnlyList<WalletBooking> Unbooked => unbooked;

    /// <summary>Credits that were given for nothing and may expire.</summary>
    internal SortedSet<long> Given { get; } = [];

    internal void Begin(BooksBegan began)
    {
        WalletState.Fits(Account is null && began.Account.Length > 0, "the books begin twice");
        Account = began.Account;
        if (began.Paid != 0) Number(BookingKind.Opened, began.Paid, "", "", began.RecordedMicros, "");
    }

    internal void Add(CreditAdded credit, long number)
    {
        if (credit.IsGiven && credit.ExpiresMicros is not null) Given.Add(number);
        var kind = credit.From.Length > 0 ? BookingKind.CameIn : credit.IsGiven ? BookingKind.Given : BookingKind.ToppedUp;
        Number(kind, credit.Amount, credit.Reference, credit.From, credit.RecordedMicros, credit.Actor);
    }

    // Money that arrives as money is the same amount; else it has bought units.
    internal void Add(PaidOut payment) => Number(payment.Bought ? BookingKind.BoughtUnits : BookingKind.WentOut, payment.Amount, payment.Reference,
        payment.To, payment.RecordedMicros, payment.Actor);

    internal void Add(Withdrawn withdrawn) =>
        Number(BookingKind.Withdrawn, withdrawn.Amount, withdrawn.Reference, "", withdrawn.RecordedMicros, withdrawn.Actor);

    internal void Add(TopUpEnded paid) => Number(BookingKind.Charged, paid.Amount, TopUpDecider.ReferenceOf(paid.Number), "", paid.RecordedMicros, "");

    internal void Add(CreditExpired expired)
    {
        var given = Given.Remove(expired.Credit);
        if (expired.Amount > 0) Number(given ? BookingKind.GivenExpired : BookingKind.Expired, expired.Amount, "", "", expired.RecordedMicros, "");
    }

    internal void Know(long through)
    {
        WalletState.Fits(through <= Numbered, "more is booked than was numbered");
        unbooked.RemoveAll(entry => entry.Number <= through);
    }

    internal void Restore(WalletBooking entry) => unbooked.Add(entry);

    private void Number(BookingKind kind, decimal amount, string reference, string other, long at, string actor)
    {
        if (Account is null) return;
        var receipt = kind is BookingKind.ToppedUp or BookingKind.Charged ? ++Receipts : (long?)null;
        unbooked.Add(new WalletBooking(++Numbered, kind, amount, reference, other, at, receipt, actor));
    }
}
