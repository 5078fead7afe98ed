// One wallet's stream: replayed as the product does, and added up a second time from its facts.
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Proving;

/// <summary>What two sides say of one child of a wallet: the wallet (what it handed out, what it was told) or the child. Slices −1: not known.</summary>
public sealed record WalletLink(string Wallet, string Child, bool OfWallet, long Slices, decimal Received, decimal Newest, decimal Returned, decimal Spent,
    decimal Forced, decimal Refunded);

/// <summary>A payment from one wallet to another, as the wallet that it left has it, or the one where it arrived.</summary>
public sealed record WalletPayment(string From, string Reference, string To, decimal Amount, bool Left, bool KnownToHaveArrived);

/// <summary>Rows must come in order; a stream that cannot be replayed is not looked at any further.</summary>
public sealed class WalletProof(string id, string? parent, ProofFindings found)
{
    private readonly string owner = $"wallet {id}";
    private readonly WalletState state = new(parent);
    private readonly Dictionary<string, (long Slices, decimal Granted)> granted = [];
    private readonly HashSet<string> arrived = [];
    private readonly List<WalletPayment> payments = [];
    private readonly WalletEntriesOf entries = new();
    private decimal paid;

    /// <summary>Whether the stream was proved to its end.</summary>
    public bool Holds { get; private set; } = true;

    /// <summary>Payments from and to other wallets.</summary>
    public IEnumerable<WalletPayment> Payments => payments.Select(payment => payment with { KnownToHaveArrived = arrived.Contains(payment.Reference) });

    /// <summary>What it means for the books; null: it is in none, or not proved to its end.</summary>
    public WalletEntries? Entries => Holds ? entries.End(id) : null;

    /// <summary>What it handed out, and what it holds of the wallet around it.</summary>
    public IEnumerable<WalletLink> Links => state.Children.Select(child => new WalletLink(id, child.Key, true, Holds ? child.Value.Number : -1,
            child.Value.Granted, child.Value.LastAmount, child.Value.Returned, child.Value.Spent, child.Value.Forced, child.Value.Refunded))
        .Concat(state.Purse is not { Slice: > 0 } purse ? [] : [new WalletLink(purse.Wallet, $"wallet/{id}", false, Holds ? purse.Slice : -1,
            purse.Received, 0, purse.Returned, purse.Spent, purse.Forced, purse.Refunded)]);

    /// <summary>One row. Its checksum and its place are proved already.</summary>
    public void Row(long version, ReadOnlySpan<byte> frames)
    {
        found.Rows++;
        try
        {
            WalletReplay.Apply(state, frames);
            foreach (var fact in WalletReplay.Read(frames))
            {
                Add(fact);
                entries.Add(fact);
            }
        }
        catch (PackedFormatException fault)
        {
            found.Add($"{owner}, row {version}", ProofRules.Replay, $"{fault.Message}; the rows behind it are not proved");
            Holds = false;
        }
    }

    /// <summary>A snapshot of the version that was applied last.</summary>
    public void Snapshot(long version, ReadOnlySpan<byte> packed)
    {
        try
        {
            if (WalletSnapshot.Read(packed, parent) is { } kept
                && (kept.Paid, kept.Available, kept.Out, kept.Spent, kept.Forced) != (state.Paid, state.Available, state.Out, state.Spent, state.Forced))
                found.Add($"{owner}, snapshot of row {version}", ProofRules.Snapshot,
                    $"has {MoneyText.Exact(kept.Available)} available; the rows come to {MoneyText.Exact(state.Available)}");
        }
        catch (PackedFormatException fault)
        {
            found.Add($"{owner}, snapshot of row {version}", ProofRules.Snapshot, fault.Message);
        }
    }

    /// <summary>The end of the stream.</summary>
    public void End()
    {
        if (!Holds)
            return;
        var outside = state.Children.Values.Sum(child => child.Granted - child.Returned + child.Forced);
        if (state.Paid != paid || state.Available != paid - outside + state.Limit)
            found.Add(owner, ProofRules.Wallet,
                $"has {MoneyText.Exact(state.Available)} available; what came in, went out and is with children leaves {MoneyText.Exact(paid - outside + state.Limit)}");
        if (Entries is not null && entries.Sum != paid)
            found.Add(owner, ProofRules.Books, $"holds {MoneyText.Exact(paid)} that was paid in; its entries for the books come to {MoneyText.Exact(entries.Sum)}");
        foreach (var (name, child) in state.Children)
        {
            if (granted.GetValueOrDefault(name) is var own && own != (child.Number, child.Granted))
                found.Add($"{owner}, child {name}", ProofRules.Wallet,
                    $"{MoneyText.Exact(child.Granted)} in {child.Number} slices; the grants come to {MoneyText.Exact(own.Granted)} in {own.Slices}");
        }
    }

    private void Add(WalletFact fact)
    {
        switch (fact)
        {
            case SliceGranted slice:
                var (slices, sum) = granted.GetValueOrDefault(slice.Child);
                granted[slice.Child] = (slices + 1, sum + slice.Amount);
                break;
            case CreditAdded credit:
                paid += credit.Amount;
                if (credit.From.Length > 0)
                    payments.Add(new WalletPayment(credit.From, credit.Reference, id, credit.Amount, false, false));
                break;
            case PaidOut payment:
                paid -= payment.Amount;
                payments.Add(new WalletPayment(id, payment.Reference, payment.To, payment.Credited, true, false));
                break;
            case PaymentArrived payment: arrived.Add(payment.Reference); break;
            case CreditExpired credit: paid -= credit.Amount; break;
            case Withdrawn withdrawn: paid -= withdrawn.Amount; break;
            case TopUpEnded charged: paid += charged.Amount; break;
            default: break;
        }
    }
}
