// What two streams say of one another: a wallet and its child, a wallet and the one that it has paid.
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Proving;

/// <summary>
/// The wallet's side may be ahead by one slice (its child has not received it yet), and behind with what the child has not told yet: both are under
/// way. Anything else is a violation.
/// </summary>
public static class BetweenWallets
{
    /// <summary>Compares both sides of a child; null: that side says nothing. Answers whether something is under way.</summary>
    public static bool Compare(WalletLink? wallet, WalletLink? child, ProofFindings found)
    {
        var where = $"wallet {(wallet ?? child)!.Wallet}, child {(wallet ?? child)!.Child}";
        if (wallet is { Slices: -1 } || child is { Slices: -1 })
            return false;
        if (wallet is null)
        {
            found.Add(where, ProofRules.Slice, $"the child has received {MoneyText.Exact(child!.Received)}; the wallet has granted nothing");
            return false;
        }

        var (slices, received) = (child?.Slices ?? 0, child?.Received ?? 0);
        if (wallet.Slices != slices && wallet.Slices != slices + 1)
            found.Add(where, ProofRules.Slice, $"the wallet has granted {wallet.Slices} slices; the child has received {slices}");
        else if (wallet.Received - (wallet.Slices == slices ? 0 : wallet.Newest) != received)
            found.Add(where, ProofRules.Slice,
                $"the wallet has granted {MoneyText.Exact(wallet.Received)}; the child has received {MoneyText.Exact(received)} in {slices} slices");
        var told = Told(where, "returned", wallet.Returned, child?.Returned ?? 0, found)
            & Told(where, "spent without cover", wallet.Forced, child?.Forced ?? 0, found)
            & Told(where, "refunded", wallet.Refunded, child?.Refunded ?? 0, found)
            & Told(where, "spent", wallet.Spent + wallet.Refunded, (child?.Spent ?? 0) + (child?.Refunded ?? 0), found);
        return !told || wallet.Slices != slices;
    }

    /// <summary>Compares where a payment left with where it arrived; answers whether it is under way.</summary>
    public static bool Compare(WalletPayment? left, WalletPayment? arrived, ProofFindings found)
    {
        var where = $"wallet {(left ?? arrived)!.From}, payment \"{(left ?? arrived)!.Reference}\" to wallet {(left ?? arrived)!.To}";
        if (left is null)
            found.Add(where, ProofRules.Transfer, $"{MoneyText.Exact(arrived!.Amount)} arrived that never left");
        else if (arrived is null && left.KnownToHaveArrived)
            found.Add(where, ProofRules.Transfer, $"{MoneyText.Exact(left.Amount)} left and is said to have arrived; it did not");
        else if (arrived is not null && arrived.Amount != left.Amount)
            found.Add(where, ProofRules.Transfer, $"{MoneyText.Exact(left.Amount)} left; {MoneyText.Exact(arrived.Amount)} arrived");
        return left is not null && arrived is null;
    }

    // Whether everything was told.
    private static bool Told(string where, string what, decimal told, decimal own, ProofFindings found)
    {
        if (told > own)
            found.Add(where, ProofRules.Slice, $"the wallet was told {MoneyText.Exact(told)} {what}; the child's rows come to {MoneyText.Exact(own)}");
        return told >= own;
    }
}
