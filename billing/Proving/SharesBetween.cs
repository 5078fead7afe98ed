// What customers' accounts mean for the parties that share, against what stands in these parties' own accounts.
using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Proving;

/// <summary>
/// Both sides come in any order and are not kept: of each payable account only how many facts, and the sum of their hashes, in which equal facts of both sides
/// cancel out.
/// </summary>
public sealed class SharesBetween
{
    private readonly SortedDictionary<string, (long Meant, long Stands, UInt128 Difference)> accounts = new(StringComparer.Ordinal);

    /// <summary>A fact of a customer's account means this one in the account of a party.</summary>
    public void Means(string payable, AccountFact fact)
    {
        var (meant, stands, difference) = accounts.GetValueOrDefault(payable);
        accounts[payable] = (meant + 1, stands, unchecked(difference + HashOf(fact)));
    }

    /// <summary>A fact stands in the account of a party.</summary>
    public void Stands(string payable, AccountFact fact)
    {
        var (meant, stands, difference) = accounts.GetValueOrDefault(payable);
        accounts[payable] = (meant, stands + 1, unchecked(difference - HashOf(fact)));
    }

    /// <summary>There are no more.</summary>
    public void End(ProofFindings found)
    {
        foreach (var (account, (meant, stands, difference)) in accounts)
        {
            if (difference != 0)
                found.Add($"account {account}", ProofRules.Share, $"has {stands} facts of shares; customers' accounts mean {meant}, and not the same");
        }
    }

    private static UInt128 HashOf(AccountFact fact)
    {
        var text = $"{fact.FactKind}\n{fact.FactId}\n{fact.ToBody()}";
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
