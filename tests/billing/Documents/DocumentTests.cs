// Documents: the consolidated invoice of three customers, its words, dates, numbers and references.
using System.Globalization;
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Documents;

public sealed class DocumentTests
{
    private static readonly Meter Segments = new() { Unit = "segment", Dimensions = ["country", "mccmnc", "sender_type"] };
    private static readonly DocumentTerms Terms = new("EUR", RoundingMode.HalfAwayFromZero, new TaxTerms { Category = "S", Rate = 25.5m });

    [Fact]
    public void antx_01_one_consolidated_invoice()
    {
        var lines = new[]
        {
            Fee("Pro", "25.00"), Usage("FI", "12340", "0.0450"), Fee("Basic", "9.90"), Usage("FI", "4001", "0.0450"),
            Fee("Number", "2.00"), Fee("Number", "2.00"), Usage("EE", "777", "0.0525"),
        };
        lines.Select(line => MoneyText.Print(line.Amount, "EUR")).ShouldBe(["25.00", "555.30", "9.90", "180.05", "2.00", "2.00", "40.79"]);
        Print(Sum(lines)).ShouldBe(["815.04", "207.84", "1022.88"]);
        // The figure that rounding tax per line would give, so that nobody mends the rule away.
        lines.Sum(line => Rounding.ToCurrency(line.Amount * 25.5m / 100, "EUR", RoundingMode.HalfAwayFromZero)).ShouldBe(207.83m);
    }

    [Fact]
    public void wlsm_02_included_segments_and_overage()
    {
        var charge = new UsageCharge { Id = "sms", Meter = "sms.mt.segment", Included = 5000, Overage = 0.0250m };
        var overage = DocumentComposer.Line(Sealed("usage", 8451, 86.275m), new LineSource("s", "bistro", "Seat", charge, Segments), Terms);
        (overage.Amount, overage.UnitPrice, overage.Description).ShouldBe((86.28m, null, "SMS segments (5000 included)"));
        Sum([Fee("Seat", "49.00"), overage, Fee("Keyword", "10.00"), Fee("Keyword", "10.00")]).Net.ShouldBe(155.28m);
    }

    [Theory]
    [InlineData("S", "20", "150.00 7.81", "30.46", "-5.50")] // U3 of the standard's examples: net 152.31 after allowance and charge
    public void tax_is_rounded_once_per_category_and_rate(string category, string rate, string amounts, string tax, string allowance)
    {
        var totals = new TotalsBuilder("EUR", RoundingMode.HalfAwayFromZero);
        foreach (var amount in amounts.Split(' ').Append(allowance)) totals.Add(Number(amount), category, Number(rate));
        totals.Add(10.00m, "Z", 0);
        var sums = totals.Build();
        sums.TaxBreakdown.Select(one => (one.Category, one.Net, one.Tax)).ShouldBe([("S", 152.31m, Number(tax)), ("Z", 10.00m, 0.00m)]);
        Print(sums).ShouldBe(["162.31", "30.46", "192.77"]);
    }

    [Fact]
    public void no_lines_make_no_document_but_a_zero_sum_does()
    {
        new TotalsBuilder("EUR", RoundingMode.HalfEven).Build().IsEmpty.ShouldBeTrue();
        var zero = new TotalsBuilder("EUR", RoundingMode.HalfEven);
        zero.Add(0.00m, "S", 25.5m);
        (zero.Build().IsEmpty, Print(zero.Build())[2]).ShouldBe((false, "0.00"));
        zero.Add(-1.00m, "Z", 0);
        zero.Add(5.00m, "S", 25.5m);
        zero.Build().HasNegativeCategory.ShouldBeTrue();
    }

    [Fact]
    public void what_wallets_have_paid_is_net_and_lowers_neither_net_nor_tax()
    {
        var totals = new TotalsBuilder("EUR", RoundingMode.HalfAwayFromZero);
        totals.Add(10.00m, "S", 25.5m, prepaidOfIt: 10.00m);
        totals.Add(5.00m, "S", 25.5m, prepaidOfIt: 1.00m);
        Print(totals.Build()).ShouldBe(["15.00", "3.83", "18.83"]);
        totals.Build().Prepaid.ShouldBe(11.00m);
    }

    [Fact]
    public void the_order_of_lines_does_not_matter() =>
        Gen.Choose(-100_000, 100_000).Zip(Gen.Elements("25.5", "19", "0")).NonEmptyListOf().ShouldHold(lines =>
        {
            Totals Of(IEnumerable<(int, string)> some)
            {
                var totals = new TotalsBuilder("EUR", RoundingMode.HalfAwayFromZero);
                foreach (var (cents, rate) in some) totals.Add(cents / 100m, rate == "0" ? "Z" : "S", Number(rate));
                return totals.Build();
            }
            var (forth, back) = (Of(lines), Of(lines.AsEnumerable().Reverse()));
            return (forth.Net, forth.Tax, forth.Total) == (back.Net, back.Tax, back.Total) && forth.TaxBreakdown.SequenceEqual(back.TaxBreakdown)
                && forth.Net == lines.Sum(line => line.Item1) / 100m && forth.Total == forth.Net + forth.Tax;
        });

    [Theory]
    [InlineData("month", "25.00", "25.00", "2025-05-01", "2025-05-31", "Pro – monthly fee, May 2025")]
    [InlineData("month", "25.00", "16.129", "2025-05-12", "2025-05-31", "Pro – monthly fee, 12–31 May 2025")]
    [InlineData("month", "25.00", "0.81", "2025-05-12", "2025-05-12", "Pro – monthly fee, 12 May 2025")]
    [InlineData("year", "240.00", "240.00", "2025-05-12", "2026-05-11", "Pro – yearly fee, 12 May 2025 – 11 May 2026")]
    public void a_fee_says_what_it_is_for(string every, string price, string amount, string from, string to, string words)
    {
        var line = Sealed("recurring", 1, Number(amount)) with { From = Fees.RecurringFeesTests.Date(from), To = Fees.RecurringFeesTests.Date(to) };
        var fee = new RecurringCharge { Id = "fee", Every = every, Price = Number(price) };
        LineDescription.Of(line, new LineSource("s", "c", "Pro", fee)).ShouldBe(words);
    }

    [Theory]
    [InlineData("sms.mt.segment", "segment", "SMS segments")]
    [InlineData("sms.mo.segment", "segment", "SMS MO segments")]
    [InlineData("hlr.query", "query", "HLR queries")]
    [InlineData("message", "message", "Messages")]
    [InlineData("voice.minute", "minute", "Voice minutes")]
    public void a_meter_has_words(string meter, string unit, string words) =>
        LineDescription.Of(Sealed("usage", 1, 1), new LineSource("s", "c", "p", new UsageCharge { Id = "u", Meter = meter }, new Meter { Unit = unit }))
            .ShouldBe(words);

    [Fact]
    public void late_usage_names_its_own_month()
    {
        var late = DocumentComposer.Line(Sealed("usage", 120, 5.40m) with { Late = true }, Source("FI", "0.0450"), Terms);
        (late.Description, late.Amount).ShouldBe(("late usage May 2025: SMS segments, country FI", 5.40m));
    }

    [Fact]
    public void a_match_is_described_in_the_order_of_the_meter()
    {
        var charge = new UsageCharge { Id = "u", Meter = "sms.mt.segment", Match = new() { ["sender_type"] = "short_code", ["country"] = "FI" },
            UnitPrice = 1 };
        LineDescription.Of(Sealed("usage", 1, 1), new LineSource("s", "c", "p", charge, Segments)).ShouldBe("SMS segments, country FI, sender type short_code");
    }

    [Theory]
    [InlineData("2025-06-01T00:00:00", "2025-06-01", "2025-06-15")]
    [InlineData("2025-06-01T23:59:59", "2025-06-01", "2025-06-15")]
    [InlineData("2025-06-03T08:00:00", "2025-06-03", "2025-06-17")]
    public void the_issue_date_is_the_first_unless_an_outage_lasted_over_it(string local, string issued, string due)
    {
        var calendar = new BillingCalendar(new Calendar { TimeZone = "Europe/Helsinki" });
        var now = NodaTime.Text.LocalDateTimePattern.ExtendedIso.Parse(local).Value.InZoneStrictly(calendar.Zone).ToInstant();
        var date = DocumentDates.Issue(calendar.PeriodOf("2025-05")!, calendar, now);
        (date, DocumentDates.Due(date, 14)).ShouldBe((Fees.RecurringFeesTests.Date(issued), Fees.RecurringFeesTests.Date(due)));
    }

    [Theory]
    [InlineData("operator", null, "invoice", "OPERATOR-2025-000017")]
    [InlineData("operator", "OP", "invoice", "OP-2025-000017")]
    [InlineData("operator", null, "statement", "OPERATOR-S-2025-000017")]
    [InlineData("operator-s", null, "invoice", "OPERATOR_S-2025-000017")]
    public void numbers_stand_in_a_series_of_seller_kind_and_year(string id, string? prefix, string kind, string number) =>
        DocumentNumbers.Series(DocumentNumbers.Prefix(id, prefix), kind, 2025).Number(17).ShouldBe(number);

    [Theory]
    [InlineData("539007547034", "RF18 5390 0754 7034")]
    [InlineData("202506000017", "RF75 2025 0600 0017")]
    [InlineData("PN00422506", "RF71 PN00 4225 06")]
    [InlineData("A202506001", "RF62 A202 5060 01")]
    [InlineData("2348236", "RF33 2348 236")]
    public void creditor_references_of_the_standard(string reference, string printed) =>
        CreditorReference.Printed(CreditorReference.Of(reference)).ShouldBe(printed);

    [Theory]
    [InlineData("RF18539007547034", true), InlineData("RF185390075470Y", true), InlineData("RF17539007547034", false)]
    [InlineData("RF18539007547043", false), InlineData("RF1853900754703", false), InlineData("RF18", false), InlineData("rf18539007547034", false)]
    public void check_digits_of_references_hold(string text, bool valid) => CreditorReference.IsValid(text).ShouldBe(valid);

    [Fact]
    public void a_document_is_paid_by_the_digits_of_its_number()
    {
        CreditorReference.OfDocument("OPERATOR-2025-000017", "invoice")[4..].ShouldBe("2025000017");
        CreditorReference.OfDocument("OPERATOR-S-2025-000017", "statement")[4..].ShouldBe("S2025000017");
        CreditorReference.IsValid(CreditorReference.OfDocument("X12345678901234567890-2025-000017", "invoice")).ShouldBeTrue();
    }

    private static ComposedLine Fee(string plan, string price) =>
        DocumentComposer.Line(Sealed("recurring", 1, Number(price)),
            new LineSource("s", "c", plan, new RecurringCharge { Id = "fee", Price = Number(price) }), Terms);

    private static ComposedLine Usage(string country, string quantity, string price)
    {
        var line = DocumentComposer.Line(Sealed("usage", Number(quantity), Number(quantity) * Number(price)), Source(country, price), Terms);
        (line.UnitPrice, line.Description).ShouldBe((Number(price), $"SMS segments, country {country}"));
        return line;
    }

    private static LineSource Source(string country, string price) => new("s", "c", "Pro",
        new UsageCharge { Id = "sms", Meter = "sms.mt.segment", Match = new() { ["country"] = country }, UnitPrice = Number(price) }, Segments);

    private static SealedLine Sealed(string kind, decimal quantity, decimal amount) => new()
    {
        Agreement = "a", Kind = kind, Plan = "pro", PlanVersion = 1, Charge = "x", OriginalPeriod = "2025-05",
        From = new LocalDate(2025, 5, 1), To = new LocalDate(2025, 5, 31), Quantity = quantity, Amount = amount,
    };

    private static Totals Sum(IEnumerable<ComposedLine> lines)
    {
        var totals = new TotalsBuilder(Terms.Currency, Terms.Rounding);
        foreach (var line in lines) totals.Add(line.Amount, Terms.Tax);
        return totals.Build();
    }

    private static string[] Print(Totals totals) =>
        [MoneyText.Print(totals.Net, "EUR"), MoneyText.Print(totals.Tax, "EUR"), MoneyText.Print(totals.Total, "EUR")];

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
