// One subscription that takes events and is closed, and what its documents show, as lines that can be compared.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;

namespace OrleansBilling.BillingTests.Closing;

internal sealed class LiveClosing(SubscriptionTerms sold)
{
    private static readonly DocumentTerms Printed = new("EUR", RoundingMode.HalfAwayFromZero, new TaxTerms { Category = "S", Rate = 25.5m });

    private readonly Dictionary<int, SubscriptionTerms> versions = [];
    private long head;

    public SubscriptionState State { get; } = new();

    /// <summary>What is known now.</summary>
    public SubscriptionTerms Terms { get; private set; } = sold;

    public void Learn(SubscriptionTerms terms) => Terms = terms;

    /// <summary>How an event ended.</summary>
    public UsageOutcome Take(TestEvent one, Instant now)
    {
        head++;
        return State.Decide(Terms, now, [one]).Outcomes.Single();
    }

    /// <summary>The period that the next close of a calendar closes.</summary>
    public BillingPeriod Open(string calendar) =>
        Calendar(calendar) is var of && State.NewestSeal(calendar) is { } newest ? of.PeriodAt(newest.PeriodEnd) : of.PeriodAt(Terms.Definition.StartsAt);

    public static BillingCalendar Calendar(string id) => id == "helsinki" ? World.Helsinki : World.NewYork25;

    /// <summary>The document that a close would issue; one before it may still have to be closed.</summary>
    public string[] Preview(string calendar, BillingPeriod period, BillingPeriod? earlierOpen = null) => Document(Decide(calendar, period, earlierOpen));

    /// <summary>The document.</summary>
    public string[] Close(string calendar, BillingPeriod period)
    {
        var seal = Decide(calendar, period, null);
        SealFrame.Apply(State, ++head, seal);
        versions[Terms.Version] = Terms;
        return Document(seal);
    }

    // As the grain does: what the seal before went by, if that has changed since.
    private Seal Decide(string calendar, BillingPeriod period, BillingPeriod? earlierOpen)
    {
        var known = State.NewestSeal(calendar)?.Basis.Definition ?? 0;
        var before = known == 0 || known == Terms.Version ? null : versions[known];
        return SealDecider.Decide(State, Terms, calendar, period, head, Micros.Of(period.End), earlierOpen, before);
    }

    private string[] Document(Seal seal)
    {
        var totals = new TotalsBuilder("EUR", RoundingMode.HalfAwayFromZero);
        var lines = DocumentComposer.Lines(seal.Lines.Select(line => (line, new LineSource("sub", "alfa", line.Plan, ChargeOf(line), MeterOf(ChargeOf(line))))), Printed);
        foreach (var line in lines)
            totals.Add(line.Amount, line.TaxCategory, line.TaxRate, prepaidOfIt: line.Prepaid);
        var sums = totals.Build();
        return [.. lines.Select(line => $"{line.Description}: {MoneyText.Exact(line.Quantity)}, {MoneyText.Print(line.Amount, "EUR")}, {line.From:uuuu-MM-dd}…{line.To:uuuu-MM-dd}"
            + $", {line.Sealed.Kind} {line.Sealed.Charge} {line.Sealed.OriginalPeriod}, {line.Sealed.Count} events"),
            $"{seal.Label}: {sums.Net} + {sums.Tax} = {sums.Total}"];
    }

    private Charge ChargeOf(SealedLine line) => DiscountCharge.CouponOf(line.Charge) is { } coupon
        ? DiscountCharge.Of(coupon, Terms.Discounts.SelectMany(of => of).First(one => one.Id == coupon).Coupon)
        : Terms.Legs.First(leg => leg.AgreementId == line.Agreement).Plan.Versions.SelectMany(version => version.Version.Charges).First(charge => charge.Id == line.Charge);

    private static Meter? MeterOf(Charge charge) => charge is UsageCharge usage ? World.Meters[usage.Meter] : null;
}
