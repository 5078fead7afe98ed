// Prices that no usage stands behind: fees per period, and what is owed once.
using NodaTime;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>A fee per period.</summary>
public sealed record RecurringCharge : Charge
{
    /// <summary>
    /// <c>day</c>, <c>week</c> (Monday to Sunday), <c>semi_month</c> (1st to 15th, 16th to the end), <c>month</c>, <c>quarter</c> or <c>year</c>.
    /// </summary>
    public string Every { get; init; } = "month";
    /// <summary>Per whole period, net.</summary>
    public required decimal Price { get; init; }
    /// <summary>
    /// <c>arrears</c> (posted at its period's end), <c>advance</c> (posted on its first day, or earlier: <see cref="AdvancePeriods"/>) or <c>progressive</c>
    /// (each close takes its days).
    /// </summary>
    public string Bill { get; init; } = "arrears";
    /// <summary>In advance: how many periods before its own one ends a fee is posted; 0: on its first day (domain 0.3, rule 2).</summary>
    public int AdvancePeriods { get; init; }
    /// <summary><c>calendar</c> or <c>activation</c>: what its periods begin with. Years with activation by default, all others with the calendar.</summary>
    public string? Align { get; init; }
    /// <summary>Prorate a period entered in its middle; off: full price.</summary>
    public bool ProrateFirst { get; init; } = true;
    /// <summary>Prorate a period left in its middle; off: full price. A year in advance is owed whole in any case.</summary>
    public bool ProrateLast { get; init; } = true;
    /// <summary>Whole days without service are credited for these reasons: <c>expired</c>, <c>blocked</c>, <c>suspended</c>, <c>no_funds</c>;
    /// the last one always where a wallet pays the fee.</summary>
    public string[]? CreditDaysWhen { get; init; }
    /// <summary>How many of its periods the service is taken for at least.</summary>
    public int? MinimumTerm { get; init; }
    /// <summary>Owed once where the service ends before <see cref="MinimumTerm"/> is over, net.</summary>
    public decimal? Penalty { get; init; }

    internal string AlignedTo => Align ?? (Every == "year" ? "activation" : "calendar");
}

/// <summary>What is owed once.</summary>
public sealed record OneTimeCharge : Charge
{
    /// <summary>Net.</summary>
    public required decimal Price { get; init; }
    /// <summary><c>start</c> (the first day of service), or a date: owed if there is service on it.</summary>
    public string On { get; init; } = "start";

    internal LocalDate? Date => Json.LocalDateAsIso.TryParse(On, out var date, out _) ? date : null;
}
