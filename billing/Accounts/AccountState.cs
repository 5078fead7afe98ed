// An account as its facts have made it.
namespace OrleansBilling.Billing.Accounts;

/// <summary>The same for facts that have just been decided and for facts read back. Facts are applied in order, once each.</summary>
public sealed partial class AccountState(AccountKey key)
{
    private readonly Dictionary<string, OpenDocument> documents = new(StringComparer.Ordinal);
    private readonly List<OpenDocument> order = [];

    /// <summary>Which account.</summary>
    public AccountKey Key => key;

    /// <summary>Facts applied.</summary>
    public long Version { get; private set; }

    /// <summary>Its charges.</summary>
    public ChargeBook Charges { get; } = new();

    /// <summary>What is invoiced before it is earned.</summary>
    public DeferredBook Deferrals { get; } = new(key.Currency);

    /// <summary>What the ledger has as deferred: kept by postings, compared with the prepayments after each fact.</summary>
    public decimal Deferred { get; private set; }

    /// <summary>Every document that was ever owed, in the order of issue.</summary>
    public IReadOnlyList<OpenDocument> Documents => order;

    /// <summary>A document of this account, or null.</summary>
    public OpenDocument? Document(string number) => documents.GetValueOrDefault(number);

    /// <summary>What the ledger has as receivable: kept by postings, compared with what documents owe after each fact.</summary>
    public decimal Receivable { get; private set; }

    /// <summary>What all documents still owe.</summary>
    public decimal Owed { get; private set; }

    /// <summary>Applies the next fact. A broken invariant throws: the account is then not to be used.</summary>
    public void Apply(RecordedFact recorded)
    {
        if (recorded.Version != Version + 1)
            throw new InvalidOperationException($"Account {key.Id} has {Version} facts; number {recorded.Version} is not the next one.");
        Change(recorded);
        Note(recorded);
        awaitingCredit.RemoveAll(document => Unapplied == 0 || document.Outstanding == 0);
        Version = recorded.Version;
        foreach (var posting in Postings.Of(recorded.Fact, key))
        {
            Receivable += posting.Ledger == Ledgers.Receivable ? posting.Amount : 0;
            Deferred -= posting.Ledger == Ledgers.Deferred ? posting.Amount : 0;
            WalletLiability -= posting.Ledger == Ledgers.WalletLiability ? posting.Amount : 0;
        }

        if (Receivable != Owed)
            throw new InvalidOperationException($"Account {key.Id}, fact {Version}: receivable is {Receivable}, open documents come to {Owed}.");
        CheckWallets();
        // The invoice of a prepayment comes right before it.
        if (Deferred != Deferrals.Deferred && recorded.Fact is not DocumentOpened)
            throw new InvalidOperationException($"Account {key.Id}, fact {Version}: deferred is {Deferred}, prepayments come to {Deferrals.Deferred}.");
    }

    private void Change(RecordedFact recorded)
    {
        switch (recorded.Fact)
        {
            case Charged charged: Charges.Add(charged); Bills.Count(charged); break;
            case ChargeCancelled cancelled: Charges.Cancel(cancelled.Id); break;
            case ChargesSealed seal: Charges.Seal(seal); break;
            case DocumentOpened opened: Open(opened, takesCredit: true); break;
            case OpeningBooked opening: Take(opening); break;
            case PaymentReceived payment: Receive(payment); break;
            case PaymentReversed reversal: Reverse(reversal); break;
            case Allocated allocated: Allocate(allocated); break;
            case PaymentNoticed notice: notices.Add(notice.Id, notice); break;
            case CreditNoted note: Credit(note); break;
            case Withheld withheld: Withhold(withheld); break;
            case WithholdingReversed reversal: Reverse(reversal); break;
            case PrepaymentSold sold: Deferrals.Apply(sold); break;
            case RevenueReleased part: Deferrals.Apply(part); break;
            case WalletMoney money: Book(money); break;
            default:
                if (!Share(recorded)) throw new InvalidOperationException($"Nothing is known of the fact {recorded.Fact.FactKind}.");
                break;
        }
    }

    private void Open(DocumentOpened opened, bool takesCredit)
    {
        var document = new OpenDocument(opened);
        if (opened.Outstanding == 0)
            document.PaidOn = opened.IssueDate;
        documents.Add(opened.Number, document);
        order.Add(document);
        Owed += document.Outstanding;
        BilledToWallets += opened.Total - opened.Outstanding;
        if (document.Outstanding > 0 && takesCredit)
            awaitingCredit.Add(document);
    }
}
