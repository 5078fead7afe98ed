// Money in wallets, as the books of their seller have it (domain 0.3, rule 3; 3.6).
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Collection;

namespace OrleansBilling.Billing.Accounts;

/// <summary>What happened to a wallet's money. The wallet has decided it already: an account refuses none of it.</summary>
public sealed record WalletMoney : AccountFact
{
    /// <summary>Paid in before the wallet was in any books.</summary>
    public const string Opened = "opened";
    /// <summary>Paid in.</summary>
    public const string ToppedUp = "top_up";
    /// <summary>Given for nothing.</summary>
    public const string Given = "grant";
    /// <summary>Came from another wallet.</summary>
    public const string CameIn = "transfer_in";
    /// <summary>Left for another wallet.</summary>
    public const string WentOut = "transfer_out";
    /// <summary>Paid for units.</summary>
    public const string BoughtUnits = "units_bought";
    /// <summary>Left of a credit that expired.</summary>
    public const string Expired = "expired";
    /// <summary>Left of a gift that expired.</summary>
    public const string GivenExpired = "grant_expired";
    /// <summary>Paid back.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Charged at the collection port, as the wallet had asked.</summary>
    public const string Charged = "charge";

    /// <summary>The wallet.</summary>
    public required string Wallet { get; init; }
    /// <summary>1, 2, 3 … within the wallet.</summary>
    public required long Number { get; init; }
    /// <summary>One of the words above.</summary>
    public required string Kind { get; init; }
    /// <summary>Above 0; of <see cref="Opened"/> what there was, also below.</summary>
    public required decimal Amount { get; init; }
    /// <summary>When it happened in the wallet.</summary>
    public required Instant At { get; init; }
    /// <summary>The command's reference; null: nobody commanded it.</summary>
    public string? Reference { get; init; }
    /// <summary>The other wallet; null: none.</summary>
    public string? Other { get; init; }
    /// <summary>Of a top-up or a charge: its receipt.</summary>
    public TopUpReceipt? Receipt { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Wallet}/{Number}");

    /// <summary>What wallets hold more by it: below 0 where it left.</summary>
    [JsonIgnore]
    public decimal Change => Kind is Opened or ToppedUp or Given or CameIn or Charged ? Amount : -Amount;

    /// <summary>The ledger that stands against the wallets' money.</summary>
    [JsonIgnore]
    public string Against => Kind switch
    {
        Opened => Ledgers.Opening,
        ToppedUp or Withdrawn or Charged => Ledgers.Cash,
        Given or GivenExpired => Ledgers.Promotion,
        CameIn or WentOut => Ledgers.WalletTransfers,
        BoughtUnits => Ledgers.WalletUnits,
        Expired => Ledgers.Breakage,
        _ => throw new InvalidOperationException($"Nothing is known of wallet money of the kind {Kind}."),
    };
}

/// <summary>What the payer of a top-up gets for its books; never changes.</summary>
/// <param name="Number">Gapless within its series, which is the wallet's: <c>R-wallet-000001</c>.</param>
/// <param name="On">The day on which it was paid in, in the seller's zone.</param>
/// <param name="Parties">Both parties as they were.</param>
public sealed record TopUpReceipt(string Number, LocalDate On, ReceiptParties Parties);

/// <summary>Book money of a wallet. The next number of the wallet is booked, an earlier one stands already; nothing is left out.</summary>
public sealed record BookWallet(WalletMoney Fact) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) => (Fact.Number - state.WalletEntries(Fact.Wallet)) switch
    {
        <= 0 => Decision.Nothing,
        1 => Decision.Of(Fact),
        _ => Decision.Conflict("out_of_order", $"Entry {Fact.Number} of wallet \"{Fact.Wallet}\" came before the one in front of it."),
    };

    /// <inheritdoc/>
    public override object Answer(AccountState state) => new BookedThrough(state.WalletEntries(Fact.Wallet));
}

/// <summary>How far a wallet is booked.</summary>
public sealed record BookedThrough(long Number);

/// <summary>A top-up's receipt with what it is of, as it is kept for lists and answered.</summary>
public sealed record TopUpFigures(string Party, string Seller, string Currency, WalletMoney Money)
{
    /// <summary>Of one.</summary>
    public static TopUpFigures Of(AccountKey key, WalletMoney money) => new(key.Buyer, key.Seller, key.Currency, money);
}

public sealed partial class AccountState
{
    private readonly Dictionary<string, long> wallets = new(StringComparer.Ordinal);

    /// <summary>What wallets of this account hold by their entries: paid in and not paid out or expired.</summary>
    public decimal InWallets { get; private set; }

    /// <summary>What wallets have paid of documents.</summary>
    public decimal BilledToWallets { get; private set; }

    /// <summary>What the ledger has as owed to wallets: kept by postings, compared with the two sums above after each fact.</summary>
    public decimal WalletLiability { get; private set; }

    /// <summary>Entries of a wallet that are booked.</summary>
    public long WalletEntries(string wallet) => wallets.GetValueOrDefault(wallet);

    private void Book(WalletMoney money)
    {
        if (money.Number != WalletEntries(money.Wallet) + 1)
            throw new InvalidOperationException($"Account {key.Id} has {WalletEntries(money.Wallet)} entries of wallet {money.Wallet}; {money.Number} is not the next one.");
        if (money.Kind == WalletMoney.Charged && !IsPaid(money))
            throw new InvalidOperationException($"Account {key.Id}: wallet {money.Wallet} has {money.Amount} of {money.Reference}, which was not paid.");
        wallets[money.Wallet] = money.Number;
        InWallets += money.Change;
    }

    private bool IsPaid(WalletMoney money) => Collections.TopUp(TopUpRequested.IdOf(money.Wallet, money.Reference!)) is { Status: "succeeded" } charge
        && charge.Requested.Amount == money.Amount;

    private void CheckWallets()
    {
        if (WalletLiability != InWallets - BilledToWallets)
            throw new InvalidOperationException($"Account {key.Id}, fact {Version}: {WalletLiability} is owed to wallets; their entries come to {InWallets}, "
                + $"what they have paid of documents to {BilledToWallets}.");
    }
}
