// What a wallet's journal means for the books, and what stands there: the same entries in the same order.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Proving;

/// <summary>The entries of one wallet as a chain of hashes.</summary>
/// <param name="Wallet">The wallet.</param>
/// <param name="Account">In whose books it is.</param>
/// <param name="Known">Entries that the wallet knows to stand there.</param>
/// <param name="Chain">The hash behind entry <paramref name="Known"/>, and behind each entry after it.</param>
public sealed record WalletEntries(string Wallet, string Account, long Known, IReadOnlyList<string> Chain)
{
    /// <summary>The hash behind no entry.</summary>
    public const string Begin = "";

    /// <summary>The hash behind one more entry.</summary>
    public static string Next(string before, string kind, decimal amount, string? reference, string? other, long atMicros, bool hasReceipt) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{before}\n{kind}\n{MoneyText.Exact(amount)}\n{reference}\n{other}\n{atMicros}\n{hasReceipt}"))));

    /// <summary>The hash behind one more entry, as an account has it.</summary>
    public static string Next(string before, WalletMoney money) =>
        Next(before, money.Kind, money.Amount, money.Reference, money.Other, Micros.Of(money.At), money.Receipt is not null);
}

/// <summary>Adds a wallet's entries up from its facts, a second time and in another way than the wallet does.</summary>
internal sealed class WalletEntriesOf
{
    private readonly List<string> chain = [WalletEntries.Begin];
    private readonly HashSet<long> given = [];
    private string? account;
    private long credits, known;

    /// <summary>What all entries come to.</summary>
    public decimal Sum { get; private set; }

    public WalletEntries? End(string wallet) => account is null ? null : new WalletEntries(wallet, account, known, chain);

    public void Add(WalletFact fact)
    {
        switch (fact)
        {
            case BooksBegan began:
                account = began.Account;
                if (began.Paid != 0) Entry(WalletMoney.Opened, began.Paid, 1, fact);
                break;
            case CreditAdded credit:
                credits++;
                if (credit.IsGiven) given.Add(credits);
                Entry(credit.From.Length > 0 ? WalletMoney.CameIn : credit.IsGiven ? WalletMoney.Given : WalletMoney.ToppedUp, credit.Amount, 1, fact,
                    credit.Reference, credit.From);
                break;
            case PaidOut payment:
                Entry(payment.Bought ? WalletMoney.BoughtUnits : WalletMoney.WentOut, payment.Amount, -1, fact, payment.Reference, payment.To);
                break;
            case TopUpEnded { Amount: > 0 } paid:
                credits++;
                Entry(WalletMoney.Charged, paid.Amount, 1, fact, TopUpDecider.ReferenceOf(paid.Number));
                break;
            case Withdrawn withdrawn: Entry(WalletMoney.Withdrawn, withdrawn.Amount, -1, fact, withdrawn.Reference); break;
            case CreditExpired { Amount: > 0 } expired:
                Entry(given.Contains(expired.Credit) ? WalletMoney.GivenExpired : WalletMoney.Expired, expired.Amount, -1, fact);
                break;
            case MoneyBooked booked:
                chain.RemoveRange(0, (int)(booked.Through - known));
                known = booked.Through;
                break;
            default: break;
        }
    }

    private void Entry(string kind, decimal amount, int sign, WalletFact fact, string reference = "", string other = "")
    {
        if (account is null)
            return;
        Sum += sign * amount;
        chain.Add(WalletEntries.Next(chain[^1], kind, amount, reference.Length == 0 ? null : reference, other.Length == 0 ? null : other,
            fact.RecordedMicros, kind is WalletMoney.ToppedUp or WalletMoney.Charged));
    }
}

/// <summary>Accounts are read first, and keep one hash for each wallet; then each wallet says what it means.</summary>
public sealed class WalletsBetween
{
    private readonly Dictionary<(string Account, string Wallet), (long Entries, string Hash)> books = [];

    /// <summary>An entry stands in an account.</summary>
    public void Stands(string account, WalletMoney money)
    {
        var (entries, hash) = books.GetValueOrDefault((account, money.Wallet), (0, WalletEntries.Begin));
        books[(account, money.Wallet)] = (entries + 1, WalletEntries.Next(hash, money));
    }

    /// <summary>What a wallet means. Answers whether something is under way to the account.</summary>
    public bool Means(WalletEntries wallet, ProofFindings found)
    {
        books.Remove((wallet.Account, wallet.Wallet), out var stands);
        var where = $"wallet {wallet.Wallet}, account {wallet.Account}";
        var at = stands.Entries - wallet.Known;
        if (at < 0)
            found.Add(where, ProofRules.Books, $"the wallet knows of {wallet.Known} entries in the books; there are {stands.Entries}");
        else if (at >= wallet.Chain.Count)
            found.Add(where, ProofRules.Books, $"{stands.Entries} entries stand in the books; the wallet means {wallet.Known + wallet.Chain.Count - 1}");
        else if ((stands.Hash ?? WalletEntries.Begin) != wallet.Chain[(int)at])
            found.Add(where, ProofRules.Books, $"the {stands.Entries} entries in the books are not those that the wallet means");
        return at >= 0 && at < wallet.Chain.Count - 1;
    }

    /// <summary>There are no more wallets.</summary>
    public void End(ProofFindings found)
    {
        foreach (var ((account, wallet), (entries, _)) in books)
            found.Add($"wallet {wallet}, account {account}", ProofRules.Books, $"{entries} entries stand in the books; no wallet means them");
    }
}
