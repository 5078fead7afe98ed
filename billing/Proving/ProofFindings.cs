// What a proof has found so far: what does not hold, and how much was looked at.
namespace OrleansBilling.Billing.Proving;

/// <summary>Something that does not hold.</summary>
/// <param name="Where">E.g. <c>subscription alfa-sms, row 12</c>.</param>
/// <param name="Rule">Its name, one of <see cref="ProofRules"/>.</param>
/// <param name="Text">What was found and what was expected.</param>
public sealed record Violation(string Where, string Rule, string Text);

/// <summary>Names of the rules that are proved, as printed in front of a violation.</summary>
public static class ProofRules
{
    /// <summary>A row has the checksum it was written with, and follows the one before.</summary>
    public const string Row = "row";
    /// <summary>The facts of a stream can be applied one after the other: nothing is spent that is not there.</summary>
    public const string Replay = "replay";
    /// <summary>An event is counted once.</summary>
    public const string Once = "once";
    /// <summary>An amount is the price of its quantity.</summary>
    public const string Price = "price";
    /// <summary>Nothing is left of a backfill that was reverted.</summary>
    public const string Revert = "revert";
    /// <summary>A seal fixes what its events come to.</summary>
    public const string Seal = "seal";
    /// <summary>A snapshot says what the rows say.</summary>
    public const string Snapshot = "snapshot";
    /// <summary>A line says what its seal says, rounded once; every sealed line stands in one document.</summary>
    public const string Line = "line";
    /// <summary>Totals and tax are those of the lines.</summary>
    public const string Total = "total";
    /// <summary>Numbers of a series have no gap.</summary>
    public const string Number = "number";
    /// <summary>A wallet's totals are those of its facts.</summary>
    public const string Wallet = "wallet";
    /// <summary>What a wallet handed out is what its child received.</summary>
    public const string Slice = "slice";
    /// <summary>The facts of an account can be applied one after the other, and documents say what they say.</summary>
    public const string Account = "account";
    /// <summary>A fact's postings are those that it means, and sum to zero.</summary>
    public const string Ledger = "ledger";
    /// <summary>What a wallet's journal means for the books stands there, and nothing else.</summary>
    public const string Books = "books";
    /// <summary>What is listed of an account says what its facts say.</summary>
    public const string Item = "item";
    /// <summary>What was paid ahead has its invoice.</summary>
    public const string Prepayment = "prepayment";
    /// <summary>What was below zero at the end of an agreement is given back, and no more.</summary>
    public const string Ending = "ending";
    /// <summary>What customers' accounts mean for who shares stands in its account, and a payout pays what was payable.</summary>
    public const string Share = "share";
    /// <summary>A dunning case is what its facts make it.</summary>
    public const string Dunning = "dunning";
    /// <summary>The state of a party is what its facts make it.</summary>
    public const string State = "state";
    /// <summary>What left one wallet arrived in the other.</summary>
    public const string Transfer = "transfer";
}

/// <summary>Collects violations of one stream or document, and counts.</summary>
public sealed class ProofFindings
{
    private const int KeptMax = 100;

    /// <summary>The first hundred violations of this stream or document.</summary>
    public List<Violation> Violations { get; } = [];
    /// <summary>All of them.</summary>
    public long Number { get; private set; }
    /// <summary>Rows looked at.</summary>
    public long Rows { get; set; }
    /// <summary>Usage events, corrections and captures among them.</summary>
    public long Events { get; set; }
    /// <summary>Seals.</summary>
    public long Seals { get; set; }
    /// <summary>Lines of documents.</summary>
    public long Lines { get; set; }
    /// <summary>Sealed lines that wait for their document: a close goes on, or the document is below zero.</summary>
    public long Waiting { get; set; }

    /// <summary>Adds a violation.</summary>
    public void Add(string where, string rule, string text)
    {
        Number++;
        if (Violations.Count < KeptMax)
            Violations.Add(new Violation(where, rule, text));
    }
}
