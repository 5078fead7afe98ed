// A wallet's state as it is told to others.
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Maps the state of billing/ to messages.</summary>
internal static class WalletBalances
{
    /// <summary>Where it stands; with children, what those hold that may hold something.</summary>
    public static WalletBalance Of(WalletState state, long asOfMicros, bool withChildren, string wallet) => new()
    {
        Exists = true,
        AsOfMicros = asOfMicros,
        Posted = state.Paid - state.Spent,
        Spent = state.Spent,
        Held = state.Out,
        CreditLimit = state.Limit,
        Available = state.Available,
        Forced = state.Forced,
        Low = [.. state.Low],
        Daily = state.Daily is not { Limit: { } limit } plan ? null : new DailyBalance
        {
            Limit = limit, Spent = plan.SpentOf(state.Spent), ResetsAtMicros = plan.EndMicros,
        },
        TopUps = state.TopUps is not { Rule: { } rule } asks ? null : new TopUpStanding
        {
            Below = rule.Below, Amount = rule.Amount, PerDay = rule.PerDay, Today = asks.AskedBy(asOfMicros), Open = asks.Open?.Number ?? 0,
            IsDeclined = asks.IsDeclined,
        },
        Children = withChildren ? [.. state.Children.Where(child => child.Value.Out > 0).Select(child => Report(child.Key, child.Value, wallet))] : [],
    };

    private static SliceReport Report(string name, ChildAccount child, string wallet) => new()
    {
        Child = name, Wallet = wallet, Number = child.Number, Received = child.Granted, Returned = child.Returned, Spent = child.Spent, Held = child.Held,
        Forced = child.Forced, Refunded = child.Refunded,
    };
}
