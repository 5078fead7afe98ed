// An exact amount of one currency; mixing currencies is a bug and throws.
using System.Text.Json.Serialization;

namespace OrleansBilling.Billing.Money;

/// <summary>
/// Amount and ISO 4217 code. The default value is no money: it has no currency and every operation on it throws.
/// </summary>
public readonly record struct MoneyAmount
{
    /// <summary>An exact amount; the currency must be known.</summary>
    [JsonConstructor]
    public MoneyAmount(decimal amount, string currency)
    {
        if (!Currencies.IsKnown(currency)) throw new ArgumentException($"\"{currency}\" is no ISO 4217 currency.", nameof(currency));
        Amount = amount;
        Currency = currency;
    }

    /// <summary>Exact; rounded only by <see cref="RoundedBy"/>.</summary>
    public decimal Amount { get; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; }

    /// <summary>Nothing of a currency.</summary>
    public static MoneyAmount Zero(string currency) => new(0, currency);

    /// <summary>Sum within one currency.</summary>
    public static MoneyAmount operator +(MoneyAmount left, MoneyAmount right) => new(left.Amount + right.Amount, Same(left, right));

    /// <summary>Difference within one currency.</summary>
    public static MoneyAmount operator -(MoneyAmount left, MoneyAmount right) => new(left.Amount - right.Amount, Same(left, right));

    /// <summary>The opposite.</summary>
    public static MoneyAmount operator -(MoneyAmount money) => new(-money.Amount, Same(money, money));

    /// <summary>A multiple, unrounded.</summary>
    public static MoneyAmount operator *(MoneyAmount money, decimal factor) => new(money.Amount * factor, Same(money, money));

    /// <summary>Order within one currency: negative, zero or positive.</summary>
    public int CompareTo(MoneyAmount other)
    {
        _ = Same(this, other);
        return Amount.CompareTo(other.Amount);
    }

    /// <summary>With the currency's digits.</summary>
    public MoneyAmount RoundedBy(RoundingMode mode) => new(Rounding.ToCurrency(Amount, Currency, mode), Currency);

    /// <summary><c>815.04 EUR</c>.</summary>
    public override string ToString() => Currency is null ? "no money" : $"{MoneyText.Exact(Amount)} {Currency}";

    private static string Same(MoneyAmount left, MoneyAmount right)
    {
        if (left.Currency is null || right.Currency is null) throw new InvalidOperationException("A default MoneyAmount has no currency.");
        if (left.Currency != right.Currency) throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not mix.");
        return left.Currency;
    }
}
