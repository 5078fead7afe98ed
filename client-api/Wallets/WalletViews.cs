// Where a wallet stands, as answered.
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Allowances;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>An amount of a wallet, every digit that counts: money or units.</summary>
/// <param name="Amount">Decimal, of money.</param>
/// <param name="Currency">ISO 4217, of money.</param>
/// <param name="Quantity">Decimal, of units.</param>
/// <param name="Unit">What one is, of units.</param>
public sealed record WalletAmount(string? Amount, string? Currency, string? Quantity, string? Unit)
{
    /// <summary>In what the wallet holds.</summary>
    public static WalletAmount Of(decimal value, Wallet wallet) => wallet.Currency is { } currency
        ? new(AmountText.Exact(value, currency), currency, null, null)
        : new(null, null, AmountText.Exact(value), wallet.Unit);
}

/// <summary>What a subscription can use.</summary>
/// <param name="Data">Balances of the wallets that pay for it.</param>
/// <param name="NextCursor">Null: there are never more.</param>
/// <param name="Allowances">Its packages on legs in which the caller sells or buys, oldest first.</param>
public sealed record SubscriptionBalance(IReadOnlyList<BalanceView> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor, IReadOnlyList<AllowanceView> Allowances);

/// <summary>A daily spending plan today: it admits while less than the limit is spent.</summary>
/// <param name="Limit">In force today.</param>
/// <param name="Spent">Spent today, as far as is known; exact: to the last durable event.</param>
/// <param name="ResetsAt">When the next day begins.</param>
public sealed record DailyView(WalletAmount Limit, WalletAmount Spent, Instant ResetsAt);

/// <summary>Top-ups that a wallet asks for itself at the collection port.</summary>
/// <param name="State">
/// <c>armed</c>; <c>asked</c>: a charge is under way; <c>declined</c>: no more until they are resumed; <c>day_limit</c>: the day has had all.
/// </param>
/// <param name="Below">Asked for while less than this is available.</param>
/// <param name="Amount">What is charged each time.</param>
/// <param name="PerDay">Requests that a day may have.</param>
/// <param name="Today">Requests of today.</param>
/// <param name="ChargeRequest">The charge that is under way.</param>
public sealed record AutoTopUpView(string State, WalletAmount Below, WalletAmount Amount, int PerDay, int Today, string? ChargeRequest = null)
{
    /// <summary>As the wallet answered.</summary>
    public static AutoTopUpView Of(string id, Wallet wallet, TopUpStanding standing) => new(
        standing.Open > 0 ? "asked" : standing.IsDeclined ? "declined" : standing.Today >= standing.PerDay ? "day_limit" : "armed",
        WalletAmount.Of(standing.Below, wallet), WalletAmount.Of(standing.Amount, wallet), standing.PerDay, standing.Today,
        standing.Open > 0 ? TopUpRequested.IdOf(id, TopUpDecider.ReferenceOf(standing.Open)) : null);
}

/// <summary>Where a wallet stands. Available = posted + credit_limit − held.</summary>
/// <param name="Wallet">Wallet.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Available">What can still be spent.</param>
/// <param name="Held">Handed to subscriptions and not known to be spent; exact: reserved by holds.</param>
/// <param name="Posted">Paid in minus spent, as far as is known; exact: to the last durable event.</param>
/// <param name="CreditLimit">The limit in force.</param>
/// <param name="Forced">Spent without cover so far; part of what is spent.</param>
/// <param name="Low">Amounts of low_water that it has fallen below.</param>
/// <param name="AsOf">Everything durable until then is in it.</param>
/// <param name="Daily">Its daily spending plan, if it has one.</param>
/// <param name="AutoTopUp">Top-ups that it asks for itself, if it has such a rule.</param>
public sealed record BalanceView(string Wallet, string Owner, WalletAmount Available, WalletAmount Held, WalletAmount Posted, WalletAmount CreditLimit,
    WalletAmount Forced, IReadOnlyList<WalletAmount> Low, Instant AsOf, DailyView? Daily = null,
    AutoTopUpView? AutoTopUp = null)
{
    /// <summary>As the wallet answered.</summary>
    public static BalanceView Of(string id, Wallet wallet, WalletBalance balance) => new(id, wallet.Owner, WalletAmount.Of(balance.Available, wallet),
        WalletAmount.Of(balance.Held, wallet), WalletAmount.Of(balance.Posted, wallet), WalletAmount.Of(balance.CreditLimit, wallet),
        WalletAmount.Of(balance.Forced, wallet), [.. balance.Low.Select(amount => WalletAmount.Of(amount, wallet))], Micros.Instant(balance.AsOfMicros),
        balance.Daily is not { } daily ? null
            : new DailyView(WalletAmount.Of(daily.Limit, wallet), WalletAmount.Of(daily.Spent, wallet), Micros.Instant(daily.ResetsAtMicros)),
        balance.TopUps is { } standing ? AutoTopUpView.Of(id, wallet, standing) : null);
}
