// Facts of provider bills: whom a provider may bill, and what comes again by itself. A bill itself is a charge of the kind "bill".
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Bills;

/// <summary>A customer's use of a provider's application has begun, changed or ended.</summary>
public sealed record ProviderUseChanged : AccountFact
{
    /// <summary>The provider.</summary>
    public required string Provider { get; init; }
    /// <summary>1, 2, 3 … of this provider.</summary>
    public required int Number { get; init; }
    /// <summary>Until when the use is free: commissionable bills must wait. Null: it never was, or it is over.</summary>
    public Instant? TrialEndsAt { get; init; }
    /// <summary>When the customer left; null: it is there.</summary>
    public Instant? LeftAt { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Provider}:{Number}";
}

/// <summary>A bill comes again by itself.</summary>
public sealed record RecurringBillMade : AccountFact
{
    /// <summary><c>provider/id</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Whose bill it is.</summary>
    public required string Provider { get; init; }
    /// <summary>The agreement on whose invoices its bills stand.</summary>
    public required string Agreement { get; init; }
    /// <summary>The customer that is billed.</summary>
    public required string Customer { get; init; }
    /// <summary>Of each bill, net.</summary>
    public required decimal Amount { get; init; }
    /// <summary>ISO 4217 of its amounts where that is not the account's.</summary>
    public string? Currency { get; init; }
    /// <summary>As printed.</summary>
    public required string Description { get; init; }
    /// <summary>Whether its bills are shared.</summary>
    public required bool Commissionable { get; init; }
    /// <summary>See <see cref="BillSchedule"/>.</summary>
    public required string Every { get; init; }
    /// <summary>Every how many of these.</summary>
    public required int Frequency { get; init; }
    /// <summary>How many; null: endless.</summary>
    public int? Cycles { get; init; }
    /// <summary>The first.</summary>
    public required Instant StartsAt { get; init; }
    /// <summary>Zone of the agreement's calendar.</summary>
    public required string TimeZone { get; init; }
    /// <summary>Billed at once.</summary>
    public decimal InitialAmount { get; init; }

    /// <summary>When it falls due.</summary>
    [JsonIgnore]
    public BillSchedule Schedule => new(Every, Frequency, Cycles, StartsAt);

    /// <summary>The zone.</summary>
    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A recurring bill was cancelled: what it has billed stays.</summary>
public sealed record RecurringBillStopped : AccountFact
{
    /// <summary><c>provider/id</c>.</summary>
    public required string Id { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}
