// Fee periods that were paid for with one invoice, before they began (domain 0.3, rule 24).
using NodaTime;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>What a prepayment paid for, as it was decided when it was bought.</summary>
/// <param name="From">First local day that is paid for.</param>
/// <param name="To">Last local day of the last one (inclusive).</param>
/// <param name="Amount">Net of all periods together, rounded once.</param>
public sealed record PrepaidSpan(LocalDate From, LocalDate To, decimal Amount);

/// <summary>A fee of a leg that is paid for some periods. Each of these stands on its document as 0.00, prepaid k/N.</summary>
/// <param name="Agreement">The leg.</param>
/// <param name="Charge">The recurring charge.</param>
/// <param name="Periods">How many of its periods: N.</param>
/// <param name="From">First local day of them.</param>
/// <param name="To">Last local day of the last of them (inclusive).</param>
public readonly record struct PrepaidFee(string Agreement, string Charge, int Periods, LocalDate From, LocalDate To)
{
    private const string Prefix = "prepaid/";

    /// <summary>Those of a subscription, in the order in which they were bought.</summary>
    public static IReadOnlyList<PrepaidFee> Of(Subscription subscription) => [.. (subscription.Changes ?? [])
        .Where(change => change.Prepaid is not null)
        .Select(change => new PrepaidFee(change.Agreement!, change.Charge!, change.Periods!.Value, change.Prepaid!.From, change.Prepaid.To))];

    /// <summary>What a sealed line calls the kth of N periods of a charge. Ids have no slash, so no charge of a plan is called so.</summary>
    public static string NameOf(string charge, int number, int periods) => FormattableString.Invariant($"{Prefix}{number}/{periods}/{charge}");

    /// <summary>The charge of the plan behind a line's name; other names are charges as they are.</summary>
    public static string ChargeOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name.Split('/', 4)[^1] : name;

    /// <summary><c>2/6</c> of a line's name.</summary>
    public static string PartOf(string name) => string.Join('/', name.Split('/', 4)[1..3]);
}
