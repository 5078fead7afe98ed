// What a fact means in the books: postings that sum to zero (domain 3.6).
using OrleansBilling.Billing.Payouts;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Names of ledger accounts, in the books of the account's seller.</summary>
public static class Ledgers
{
    /// <summary>Owed by buyers; equals open documents.</summary>
    public const string Receivable = "receivable";
    /// <summary>Invoiced before it is earned: fees of periods to come.</summary>
    public const string Deferred = "deferred";
    /// <summary>What a line is called that defers its revenue.</summary>
    public const string Prepayment = "prepayment";
    /// <summary>Received or credited and not yet used; what buyers have in advance.</summary>
    public const string Unapplied = "unapplied";
    /// <summary>Bank and cash.</summary>
    public const string Cash = "cash";
    /// <summary>Tax charged and to be paid on.</summary>
    public const string TaxPayable = "tax_payable";
    /// <summary>What was paid into wallets and is spent by usage.</summary>
    public const string WalletLiability = "wallet_liability";
    /// <summary>On the way between wallets: 0 when everything has arrived in the same books; else what sellers owe one another.</summary>
    public const string WalletTransfers = "wallet_transfers";
    /// <summary>What wallets have paid for units of other wallets.</summary>
    public const string WalletUnits = "wallet_units";
    /// <summary>Given into wallets for nothing, and not expired.</summary>
    public const string Promotion = "promotional_expense";
    /// <summary>Money in wallets that expired before it was used.</summary>
    public const string Breakage = "revenue:breakage";
    /// <summary>Withheld by buyers and paid to the state for the seller.</summary>
    public const string Withheld = "withheld_tax";
    /// <summary>Revenue taken back by credit notes.</summary>
    public const string Credited = "revenue:credited";
    /// <summary>Balances taken over from other books.</summary>
    public const string Opening = "opening_balance";
    /// <summary>Left over by rounding.</summary>
    public const string Rounding = "rounding";

    /// <summary>Shares and commissions of others in what was invoiced.</summary>
    public const string CommissionExpense = "commission_expense";

    /// <summary>Owed to a party that shares.</summary>
    public static string Payable(string party) => "payable:" + party;

    /// <summary>Revenue of a meter or a kind of fee.</summary>
    public static string Revenue(string of) => "revenue:" + of;
}

/// <summary>One line of a posting: debit above zero, credit below.</summary>
public sealed record LedgerPosting(string Ledger, decimal Amount);

/// <summary>Pure: the same fact always posts the same, so that the books can be made again from the facts.</summary>
public static class Postings
{
    /// <summary>The postings of a fact; none for one that moves no money. They sum to zero, or this throws.</summary>
    public static IReadOnlyList<LedgerPosting> Of(AccountFact fact, AccountKey key)
    {
        var postings = Lines(fact, key).Where(line => line.Amount != 0).ToList();
        if (postings.Sum(line => line.Amount) is not 0 and var rest)
            throw new InvalidOperationException($"The postings of {fact.FactKind} {fact.FactId} in account {key.Id} leave {rest}.");
        return postings;
    }

    private static IEnumerable<LedgerPosting> Lines(AccountFact fact, AccountKey key) => fact switch
    {
        DocumentOpened opened => Opened(opened),
        OpeningBooked opening =>
        [
            new(Ledgers.Receivable, opening.Owed), new(Ledgers.Unapplied, -opening.Credit), new(Ledgers.Opening, opening.Credit - opening.Owed),
        ],
        PaymentReceived payment =>
        [
            new(Ledgers.Cash, payment.Amount), new(Ledgers.Receivable, payment.Rest - payment.Amount), new(Ledgers.Unapplied, -payment.Rest),
        ],
        PaymentReversed reversal => Reversed(reversal.Reopened.Sum(part => part.Amount), reversal.Unapplied),
        CreditNoted note =>
        [
            new(Ledgers.Credited, note.Net), new(Ledgers.TaxPayable, note.Tax), new(Ledgers.Receivable, -note.Applied), new(Ledgers.Unapplied, -note.Rest),
        ],
        Withheld withheld => [new(Ledgers.Withheld, withheld.Amount), new(Ledgers.Receivable, -withheld.Amount)],
        WithholdingReversed reversal => [new(Ledgers.Receivable, reversal.Amount), new(Ledgers.Withheld, -reversal.Amount)],
        Allocated allocated => [new(Ledgers.Unapplied, Sum(allocated)), new(Ledgers.Receivable, -Sum(allocated))],
        WalletMoney money => [new(money.Against, money.Change), new(Ledgers.WalletLiability, -money.Change)],
        RevenueReleased part => [new(Ledgers.Deferred, part.Amount), new(Ledgers.Revenue("recurring"), -part.Amount)],
        ShareAccrued accrued => Shared(Ledgers.CommissionExpense, accrued.Amount, key),
        ShareClawedBack back => Shared(Ledgers.CommissionExpense, -back.Amount, key),
        PayoutPaid paid => Shared(Ledgers.Cash, -paid.Amount, key),
        PayoutReturned returned => Shared(Ledgers.Cash, returned.Amount, key),
        _ => [],
    };

    private static IEnumerable<LedgerPosting> Reversed(decimal reopened, decimal unapplied) =>
        [new(Ledgers.Receivable, reopened), new(Ledgers.Unapplied, unapplied), new(Ledgers.Cash, -reopened - unapplied)];

    private static decimal Sum(Allocated allocated) => allocated.Parts.Sum(part => part.Amount);

    // A document that older lines stand on does not say what all of it was sold for.
    private static IEnumerable<LedgerPosting> Opened(DocumentOpened opened)
    {
        yield return new(Ledgers.Receivable, opened.Outstanding);
        yield return new(Ledgers.WalletLiability, opened.Total - opened.Outstanding);
        foreach (var part in opened.Revenue)
            yield return new(part.Of == Ledgers.Prepayment ? Ledgers.Deferred : Ledgers.Revenue(part.Of), -part.Net);
        yield return new(Ledgers.Revenue("other"), opened.Revenue.Sum(part => part.Net) - opened.Net);
        yield return new(Ledgers.TaxPayable, -opened.Tax);
    }

    // What is owed to who shares, against an account of the payer.
    private static IEnumerable<LedgerPosting> Shared(string ledger, decimal amount, AccountKey key) =>
        [new(ledger, amount), new(Ledgers.Payable(key.Buyer), -amount)];
}
