// Every rule of a provider's bill with an example that breaks it, and the field it names (MAES-07).
using NodaTime;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Json;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Bills;

public sealed class BillRuleTests
{
    private static readonly Instant Now = Instant.FromUtc(2025, 5, 8, 12, 0);

    [Theory]
    [InlineData("amount", "\"0\"", "must be above 0")]
    [InlineData("amount", "\"-5\"", "must not be negative")]
    [InlineData("amount", "\"19.955\"", "at most 2 digits after the point in AUD")]
    [InlineData("amount", "\"1000000000000\"", "at most 12 digits before the point")]
    [InlineData("units", "\"0\"", "must be above 0")]
    [InlineData("units", "\"1.005\"", "2 after it")]
    [InlineData("units", "\"100000000\"", "8 digits before the point")]
    [InlineData("currency", "\"XXQ\"", "ISO 4217")]
    [InlineData("description", "\" \"", "must not be blank")]
    [InlineData("customer", "\"a b\"", "must be 1 to 64")]
    [InlineData("id", "\"\"", "must be 1 to 64")]
    [InlineData("period", """{"from":"2025-05-02","to":"2025-05-01"}""", "must not be before period.from", "period.to")]
    public void a_bill(string field, string value, string message, string? named = null) =>
        Breaks<BillRequest>("""{"id":"b1","customer":"cld-1","amount":"19.95","description":"CRM","units":"1.5","period":{"from":"2025-05-01"}}""",
            field, value, message, named, bill => BillRules.Check(bill, bill.Currency ?? "AUD"));

    [Theory]
    [InlineData("every", "\"fortnight\"", "must be one of day, week, semi_month, month, year")]
    [InlineData("frequency", "13", "must be 1 to 12 with month")]
    [InlineData("frequency", "0", "must be 1 to 12 with month")]
    [InlineData("cycles", "0", "must be 1 to 10000")]
    [InlineData("starts_at", "\"2025-05-07T12:00:00Z\"", "must not be in the past")]
    [InlineData("starts_at", "\"2025-05-08T10:59:59Z\"", "must not be in the past")]
    [InlineData("initial_amount", "\"-1\"", "must not be negative")]
    [InlineData("initial_amount", "\"0.001\"", "at most 2 digits")]
    [InlineData("amount", "\"0\"", "must be above 0")]
    public void a_recurring_bill(string field, string value, string message) =>
        Breaks<RecurringBillRequest>("""
            {"id":"r1","customer":"cld-1","amount":"29.90","description":"CRM","every":"month","frequency":12,"cycles":3,"starts_at":"2025-05-08T11:00:00Z",
             "initial_amount":"50.00"}
            """, field, value, message, null, bill => BillRules.Check(bill, bill.Currency ?? "AUD", Now));

    [Theory]
    [InlineData("day", 365), InlineData("week", 52), InlineData("semi_month", 1), InlineData("month", 12), InlineData("year", 1)]
    public void period_times_frequency_is_a_year_at_most(string every, int most)
    {
        var bill = new RecurringBillRequest { Id = "r", Customer = "c", Amount = 1, Description = "d", Every = every };
        BillRules.Check(bill with { Frequency = most }, "EUR", Now).IsEmpty.ShouldBeTrue();
        BillRules.Check(bill with { Frequency = most + 1 }, "EUR", Now).Select(error => error.Key).ShouldBe(["frequency"]);
    }

    [Fact]
    public void a_bill_in_yen_has_no_digits_after_the_point() =>
        BillRules.Check(new BillRequest { Id = "b", Customer = "c", Amount = 100.5m, Description = "d" }, "JPY").Select(error => error.Key).ShouldBe(["amount"]);

    private static void Breaks<T>(string good, string member, string value, string message, string? named, Func<T, FieldErrors> check) where T : class
    {
        check(Definitions.Read<T>(good).Value!).ToString().ShouldBe("");
        var node = System.Text.Json.Nodes.JsonNode.Parse(good)!.AsObject();
        node[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var errors = check(Definitions.Read<T>(node.ToJsonString()).Value!);
        errors.Select(error => error.Key).ShouldBe([named ?? member], errors.ToString());
        errors[named ?? member].ShouldContain(text => text.Contains(message), errors.ToString());
    }
}
