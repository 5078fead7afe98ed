// Bounds of accounts.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Purchases on account that a process looks at side by side; those of one account come one after the other.</summary>
    public const int PurchaseTurns = 64;

    /// <summary>Entries of a wallet that are told to its account before the wallet notes it.</summary>
    public const int WalletEntriesTold = 100;

    /// <summary>Charges of one account, those that were billed included.</summary>
    public const int AccountChargesMax = 1_000_000;

    /// <summary>Documents that one payment or notice names.</summary>
    public const int AllocationsMax = 500;

    /// <summary>Rows of one account statement.</summary>
    public const int StatementRowsMax = 5_000;

    /// <summary>Lines of one credit note.</summary>
    public const int CreditLinesMax = 500;
    /// <summary>How many of its invoices, newest first, give back what is below zero at the end of an agreement.</summary>
    public const int EndingInvoicesMax = 500;

    /// <summary>Payments sent in one request.</summary>
    public const int BulkPaymentsMax = 500;

    /// <summary>Documents, and credits, of one takeover of balances.</summary>
    public const int OpeningRowsMax = 500;

    /// <summary>Open documents read at once for a report of ages.</summary>
    public const int ReceivablesPage = 1_000;

    /// <summary>Invoices that an account takes up at once.</summary>
    public const int AdoptedMax = 100;

    /// <summary>Facts of one account read at once.</summary>
    public const int AccountFactsPage = 5_000;

    /// <summary>How often a decision is tried anew when somebody else has written to the account meanwhile.</summary>
    public const int AccountTriesMax = 10;
}
