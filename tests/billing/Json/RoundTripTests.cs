// What is written is read back the same: every record, every decimal, every instant.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Json;

public sealed class RoundTripTests
{
    private static readonly object[] Full =
    [
        new Seller { Name = "Öljy & \"Kaasu\" <Oy>", Country = "FI", Currency = "EUR", TimeZone = "Europe/Helsinki", VatId = "FI12345671",
            Iban = "FI2112345600000785",
            Address = ["Katu 1", "00100 Helsinki"], NumberPrefix = "OP" },
        new Partner { Name = "P", Country = "SE", Currency = "SEK", BillingEmail = "a@b", VatId = "SE1234", Address = ["x"], TimeZone = "Europe/Stockholm" },
        new Customer { Name = "Ω 📱", Partner = "p", Kind = "individual", Country = "SE", Currency = "SEK", BillingEmail = "a@b", VatId = "SE1234",
            Address = [] },
        new Calendar { AnchorDay = 25, TimeZone = "Etc/UTC", Grace = Duration.FromHours(36), PeriodBy = "receipt_time", ChargeDay = 2, PayoutDay = 15 },
        new Provider { Name = "CRM", Country = "AU", Currency = "AUD", Partner = "t1", BillingEmail = "a@b", VatId = "AU1234", Iban = "FI2112345600000785",
            Address = ["x"] },
        new Meter { Unit = "segment", Aggregation = "count", Dimensions = ["country"] },
        new Plan { Name = "Pro", Currency = "EUR" },
        new PlanVersion
        {
            EffectiveFrom = new EffectiveFrom { Instant = Instant.FromUtc(2025, 1, 1, 12, 30) },
            Charges =
            [
                new RecurringCharge { Id = "fee", Every = "year", Price = 240.00m, Bill = "advance", ProrateFirst = false, ProrateLast = false,
                    Description = "d" },
                new UsageCharge { Id = "sms", Meter = "m", Match = new() { ["country"] = "FI" }, UnitPrice = 0.0450m, Per = 1000, Included = 5000,
                    Overage = 0.0250m },
            ],
        },
        new Agreement { Kind = "wholesale", Seller = "s", Buyer = "b", Calendar = "c", DueDays = 30,
            Tax = new TaxTerms { Category = "E", Rate = 0, Reason = "r" },
            Rounding = "away_from_zero", Documents = "statement" },
        new Agreement { Kind = "revenue_share", Seller = "s", Buyer = "b", Calendar = "c", Splits = [new AgreementSplit { Party = "provider", Percent = 100 }],
            TrialPolicy = "warn" },
        new Agreement { Kind = "agency", Seller = "s", Buyer = "b", Calendar = "c", Beneficiary = "p", Commission = new CommissionTerms { Rate = 10 } },
        new Subscription { Customer = "c", StartsAt = Instant.FromUtc(2025, 5, 1, 0, 0), EndsAt = Instant.FromUtc(2025, 6, 1, 0, 0),
            Legs = [new Leg { Agreement = "a", Plan = "p" }], Funding = new Funding { Mode = "postpaid" } },
        new Wallet { Owner = "o", Currency = "EUR", CreditLimit = 5.5m, SliceMax = 1, Parent = "p", LowWater = [1, 2.5m], DailyLimit = 7, TimeZone = "Europe/Helsinki",
            TemporaryLimit = new TemporaryLimit { Amount = 9, Until = Instant.FromUtc(2025, 6, 1, 0, 0) },
            AutoTopUp = new AutoTopUp { Below = 2, Amount = 10.5m, PerDay = 3 } },
        new SealedLine { Agreement = "a", Kind = "usage", Plan = "p", PlanVersion = 2, Charge = "c", OriginalPeriod = "2025-05",
            From = new LocalDate(2025, 5, 1),
            To = new LocalDate(2025, 5, 31), Quantity = 12340, Amount = 5m / 3, Count = 7, Late = true, FromVersion = 1, ToVersion = 9, ProofHash = "ab" },
        new Priced("x", new MoneyAmount(815.04m, "EUR"), RoundingMode.HalfAwayFromZero),
    ];

    /// <summary>Messages of the API are positional records; they read like the others.</summary>
    private sealed record Priced(string Name, MoneyAmount Price, RoundingMode Mode, string? Note = null);

    [Fact]
    public void every_record_is_read_as_it_was_written()
    {
        foreach (var record in Full)
        {
            var text = System.Text.Json.JsonSerializer.Serialize(record, record.GetType(), BillingJson.Options);
            Again(record.GetType(), text).ShouldBe(text);
        }
    }

    [Fact]
    public void every_kind_of_definition_is_read_back_from_its_stored_body() =>
        DefinitionKinds.Read(DefinitionKinds.Meter, """{"unit":"x","aggregation":"sum","dimensions":[]}""").ShouldBeOfType<Meter>();

    [Fact]
    public void positional_records_name_what_is_missing() =>
        Definitions.Read<Priced>("""{"name":null,"price":{"amount":"1"},"mode":"Up","colour":1}""").Errors.ToString().Split('\n').ShouldBe(
            ["name: must not be null", "price.currency: is required", "mode: must be one of half_away_from_zero, half_even, toward_zero, away_from_zero",
                "colour: is not known here"]);

    [Fact]
    public void every_decimal_is_read_digit_for_digit() =>
        Gen.ArrayOf(Gen.Choose(int.MinValue, int.MaxValue), 3).Zip(Gen.Choose(0, 28)).Zip(Gen.Elements(true, false)).ShouldHold(at =>
        {
            var ((bits, scale), negative) = at;
            var value = new decimal(bits[0], bits[1], bits[2], negative, (byte)scale);
            var text = MoneyText.Exact(value);
            return DecimalAsString.TryParse(text, out var read, out _) && MoneyText.Exact(read) == text;
        });

    [Theory]
    [InlineData("007.50", "7.50"), InlineData("-0", "0"), InlineData("0.00", "0.00"), InlineData("-0.10", "-0.10")]
    public void decimals_keep_their_trailing_zeros_and_lose_their_leading_ones(string text, string written)
    {
        DecimalAsString.TryParse(text, out var value, out _).ShouldBeTrue();
        MoneyText.Exact(value).TrimStart('-').ShouldBe(written.TrimStart('-'));
    }

    [Theory]
    [InlineData("+1"), InlineData("1e3"), InlineData("1."), InlineData(".5"), InlineData(""), InlineData("-"), InlineData("--1"), InlineData("1_000"), InlineData("٣")]
    public void what_is_no_plain_decimal_is_refused(string text) => DecimalAsString.TryParse(text, out _, out _).ShouldBeFalse();

    [Fact]
    public void every_instant_and_duration_is_read_as_it_was_written() =>
        Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(0, 9_999_999)).ShouldHold(at =>
        {
            var (seconds, ticks) = at;
            var instant = Instant.FromUnixTimeSeconds(seconds).PlusTicks(ticks);
            var duration = Duration.FromSeconds((long)int.Abs(seconds / 7)) + Duration.FromTicks(ticks);
            return InstantAsRfc3339.TryParse(NodaTime.Text.InstantPattern.ExtendedIso.Format(instant), out var again, out _) && again == instant
                && DurationAsIso.TryParse(DurationAsIso.Text(duration), out var length, out _) && length == duration;
        });

    private static string Again(Type type, string text)
    {
        var read = typeof(Definitions).GetMethods().Single(method => method.Name == "Read" && method.GetParameters()[0].ParameterType == typeof(string));
        dynamic parsed = read.MakeGenericMethod(type).Invoke(null, [text])!;
        object? value = parsed.GetType().GetProperty("Value")!.GetValue(parsed);
        ((object)parsed.Errors).ToString().ShouldBe("", text);
        return System.Text.Json.JsonSerializer.Serialize(value, type, BillingJson.Options);
    }
}
