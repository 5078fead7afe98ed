// Facts of revenue that is invoiced before it is earned (domain 0.3, rule 24).
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Several fee periods were invoiced at once: their revenue is deferred, and released when each is over.</summary>
public sealed record PrepaymentSold : AccountFact
{
    /// <summary>Subscription and command, so that it exists once.</summary>
    public required string Id { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Net of all periods, as it stands on the invoice.</summary>
    public required decimal Amount { get; init; }
    /// <summary>When each period is over, in order.</summary>
    public required Instant[] ReleasedAt { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;

    /// <summary>What is released with a period, counted from 0: equal parts, the remainder last.</summary>
    public decimal PartOf(int number, string currency)
    {
        var part = Rounding.ToCurrency(Amount / ReleasedAt.Length, currency, RoundingMode.TowardZero);
        return number < ReleasedAt.Length - 1 ? part : Amount - (part * number);
    }
}

/// <summary>A prepaid period is over: its part of the revenue is earned.</summary>
public sealed record RevenueReleased : AccountFact
{
    /// <summary>The prepayment.</summary>
    public required string Prepayment { get; init; }
    /// <summary>Which of its periods, counted from 0.</summary>
    public required int Number { get; init; }
    /// <summary>How much.</summary>
    public required decimal Amount { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => FormattableString.Invariant($"{Prepayment}/{Number + 1}");
}
