// Revenue of fees that are paid ahead: released in equal parts, the remainder last (domain 0.3, rule 24).
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class DeferredTests
{
    [Theory]
    [InlineData("82.00", 3, "EUR", "27.33 27.33 27.34")]
    [InlineData("100.00", 6, "EUR", "16.66 16.66 16.66 16.66 16.66 16.70")]
    [InlineData("0.02", 3, "EUR", "0.00 0.00 0.02")]
    [InlineData("100", 3, "JPY", "33 33 34")]
    [InlineData("12.00", 1, "EUR", "12.00")]
    public void equal_parts_and_the_remainder_last(string amount, int periods, string currency, string parts) =>
        string.Join(' ', Parts(Sold(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), periods), currency)).ShouldBe(parts);

    [Fact]
    public void the_parts_are_the_whole() => Gen.Choose(0, 1_000_000).Zip(Gen.Choose(1, 36)).ShouldHold(at =>
        Parts(Sold(at.Item1 / 100m, at.Item2), "EUR").Sum() == at.Item1 / 100m);

    [Fact]
    public void what_is_over_is_released_once_whenever_one_looks_and_in_order()
    {
        var book = new DeferredBook("EUR");
        book.Apply(Sold(82m, 3));
        book.Due(Day(0)).ShouldBeEmpty();
        var due = book.Due(Day(2)).ToList();
        due.Select(part => (part.Number, part.Amount)).ShouldBe([(0, 27.33m), (1, 27.33m)]);
        Should.Throw<InvalidOperationException>(() => book.Apply(due[1]));
        foreach (var part in due)
            book.Apply(part);
        (book.Deferred, book.NextAt).ShouldBe((27.34m, Day(3)));
        book.Due(Day(2)).ShouldBeEmpty();
        Should.Throw<InvalidOperationException>(() => book.Apply(due[1] with { Number = 2 }));
        book.Apply(book.Due(Day(9)).Single());
        (book.Deferred, book.NextAt).ShouldBe((0m, null));
    }

    private static PrepaymentSold Sold(decimal amount, int periods) =>
        new() { Id = "s/p", Document = "OP-1", Amount = amount, ReleasedAt = [.. Enumerable.Range(1, periods).Select(Day)] };

    private static IEnumerable<decimal> Parts(PrepaymentSold sold, string currency) =>
        sold.ReleasedAt.Select((_, number) => sold.PartOf(number, currency));

    private static Instant Day(int days) => Instant.FromUtc(2025, 6, 1, 0, 0) + Duration.FromDays(days);
}
