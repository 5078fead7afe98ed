// Fees that purses have paid, against seals: what a seal shows as prepaid was paid before it.
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

/// <summary>The fees of one stream, in order. How much a fee comes to is not computed again.</summary>
internal sealed class FeeProof(string owner, ProofFindings found)
{
    private readonly List<PaidFee> paid = [];

    public void Paid(PaidFee fee) => paid.Add(fee);

    /// <summary>What a purse has paid for fees and not got back.</summary>
    public decimal SpentOf(int purse) => paid.Where(fee => fee.Purse == purse).Sum(fee => fee.Amount);

    public void Check(Seal seal, long version)
    {
        foreach (var line in seal.Lines.Where(line => line is { Kind: "recurring", Prepaid: not 0 }))
        {
            if (!paid.Exists(fee => (fee.Agreement, fee.Charge) == (line.Agreement, line.Charge) && fee.From <= line.From && line.From <= fee.To))
                found.Add($"{owner}, row {version}, seal of {seal.Calendar} {seal.Label}", ProofRules.Seal,
                    $"shows the fee {line.Charge} from {line.From:uuuu-MM-dd} as prepaid, which no purse has paid");
        }
    }
}
