// Tax by country and date (domain 0.3, rule 9), and exchange at stored rates.
using NodaTime;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Tax;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Tax;

public sealed class TaxTests
{
    private static readonly TaxSchedule Finland = new(TaxTreatment.Standard, "FI", [new(new(2013, 1, 1), 24m), new(new(2024, 9, 1), 25.5m)]);

    [Theory]
    [InlineData("FI", "FI", null, TaxTreatment.Standard)]
    [InlineData("FI", "FI", "FI12345671", TaxTreatment.Standard)]
    [InlineData("FI", null, "EE123456789", TaxTreatment.Standard)]
    [InlineData("FI", "EE", "EE123456789", TaxTreatment.ReverseCharge)]
    [InlineData("FI", "EE", null, TaxTreatment.Standard)]
    [InlineData("FI", "EE", "EE12345678", TaxTreatment.Standard, "a digit is missing")]
    [InlineData("FI", "EE", "LV12345678901", TaxTreatment.Standard, "another member's")]
    [InlineData("FI", "GR", "EL123456789", TaxTreatment.ReverseCharge, "Greece has a prefix of its own")]
    [InlineData("FI", "GR", "GR123456789", TaxTreatment.Standard)]
    [InlineData("FI", "AT", "ATU12345678", TaxTreatment.ReverseCharge)]
    [InlineData("FI", "NL", "NL123456789B01", TaxTreatment.ReverseCharge)]
    [InlineData("FI", "NO", "NO123456789", TaxTreatment.AsAgreed)]
    [InlineData("NO", "FI", "FI12345671", TaxTreatment.AsAgreed)]
    [InlineData("NO", "NO", null, TaxTreatment.Standard)]
    [InlineData("US", "GB", null, TaxTreatment.AsAgreed)]
    public void countries_and_a_valid_identifier_decide(string seller, string? buyer, string? vatId, TaxTreatment treatment, string why = "") =>
        TaxDecider.Of(seller, buyer, vatId).ShouldBe(treatment, why);

    [Theory]
    [InlineData("2024-08-31", 24)]
    [InlineData("2024-09-01", 25.5)]
    [InlineData("2030-01-01", 25.5)]
    public void the_rate_is_that_of_the_last_day_of_the_lines_period(string day, double rate)
    {
        var (category, percent) = Line(Finland, Day(day));
        (category, percent).ShouldBe(("S", (decimal)rate));
    }

    [Fact]
    public void a_day_without_a_known_rate_is_an_error_and_no_guess() =>
        Should.Throw<TaxRateUnknownException>(() => Finland.On(new(2012, 12, 31))).Message.ShouldContain("FI is known for 2012-12-31");

    [Fact]
    public void reverse_charge_has_its_reason_and_needs_no_rate()
    {
        var terms = Terms(new TaxSchedule(TaxTreatment.ReverseCharge, "FI", []));
        (terms.TaxOn(new(2025, 5, 31)).Category, terms.TaxOn(new(2025, 5, 31)).Rate, terms.ReasonOf("AE")).ShouldBe(("AE", 0m, "Reverse charge"));
    }

    [Fact]
    public void what_the_agreement_says_wins() => Terms(null, new TaxTerms { Category = "E", Reason = "Exempt" }).TaxOn(new(2025, 5, 31)).Category.ShouldBe("E");

    [Fact]
    public void tax_is_rounded_once_for_each_category_and_rate()
    {
        var totals = new TotalsBuilder("EUR", RoundingMode.HalfAwayFromZero);
        for (var n = 0; n < 3; n++) totals.Add(0.10m, Finland.On(new(2024, 8, 31)));
        for (var n = 0; n < 3; n++) totals.Add(0.10m, Finland.On(new(2024, 9, 30)));
        totals.Add(1m, new TaxTerms { Category = "AE", Reason = "Reverse charge" });
        var built = totals.Build();
        built.TaxBreakdown.Select(part => (part.Category, part.Rate, part.Net, part.Tax)).ShouldBe(
            [("AE", 0m, 1.00m, 0m), ("S", 24m, 0.30m, 0.07m), ("S", 25.5m, 0.30m, 0.08m)]); // 0.072 and 0.0765; three times 0.02 and 0.03 would be more
        (built.Net, built.Tax, built.Total).ShouldBe((1.60m, 0.15m, 1.75m));
    }

    [Theory]
    [InlineData("100.00", "2025-05-31", "92.12", "2025-05-01", "0.9212")]
    [InlineData("100.00", "2025-06-01", "91.00", "2025-06-01", "0.91")]
    [InlineData("0.005", "2025-06-01", "0.00", "2025-06-01", "0.91", "0.00455")]
    [InlineData("0.006", "2025-06-01", "0.01", "2025-06-01", "0.91", "0.00546")]
    [InlineData("-10.99", "2025-06-01", "-10.00", "2025-06-01", "0.91", "-10.0009")]
    public void an_amount_is_converted_at_the_rate_of_the_invoicing_date_and_rounded_once(string amount, string day, string converted, string rateDay, string rate, string exact = "")
    {
        DatedFxRate[] rates = [new(new(2025, 6, 1), 0.91m), new(new(2025, 5, 1), 0.9212m)];
        var made = FxConversion.Convert(Exact(amount), "USD", "EUR", rates, Day(day), RoundingMode.HalfAwayFromZero)!;
        made.ShouldBe(new Converted(Exact(converted), "EUR", Exact(amount), "USD", Exact(rate), Day(rateDay)), exact);
    }

    [Fact]
    public void without_a_rate_nothing_is_converted_and_the_same_currency_needs_none()
    {
        FxConversion.Convert(1, "USD", "EUR", [new(new(2025, 6, 1), 0.9m)], new(2025, 5, 31), RoundingMode.HalfEven).ShouldBeNull();
        FxConversion.Convert(1.005m, "EUR", "EUR", [], new(2025, 5, 31), RoundingMode.HalfAwayFromZero)!.Amount.ShouldBe(1.01m);
        FxConversion.Convert(10.9m, "EUR", "JPY", [new(new(2025, 1, 1), 160.5m)], new(2025, 5, 31), RoundingMode.HalfAwayFromZero)!.Amount.ShouldBe(1749m);
    }

    private static (string Category, decimal Rate) Line(TaxSchedule schedule, LocalDate to)
    {
        var line = DocumentComposer.Line(new SealedLine
        {
            Agreement = "a", Kind = "recurring", Plan = "p", PlanVersion = 1, Charge = "fee", OriginalPeriod = "2025-05", From = to.PlusDays(-10), To = to, Quantity = 1, Amount = 10,
        }, new LineSource("s", "c", "Plan", new RecurringCharge { Id = "fee", Price = 10 }), Terms(schedule));
        return (line.TaxCategory, line.TaxRate);
    }

    private static DocumentTerms Terms(TaxSchedule? schedule, TaxTerms? tax = null) =>
        new("EUR", RoundingMode.HalfAwayFromZero, tax ?? new TaxTerms { Category = "O", Reason = "none" }) { Schedule = schedule };

    private static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;

    private static decimal Exact(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
