// Ages on paper: the due day itself is not overdue, and each class ends with its last day.
using NodaTime;
using OrleansBilling.Billing.Reports;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Reports;

public sealed class AgeingTests
{
    static readonly LocalDate Today = new(2025, 9, 30);

    [Theory]
    [InlineData(-1, 0), InlineData(0, 0), InlineData(1, 1), InlineData(30, 1), InlineData(31, 2), InlineData(60, 2), InlineData(61, 3), InlineData(90, 3)]
    [InlineData(91, 4), InlineData(4000, 4)]
    public void a_document_is_in_the_class_of_the_days_since_it_was_due(int days, int of)
    {
        var table = new AgeingTable(Today);
        table.Add("s", "b", "EUR", Today.PlusDays(-days), 7.25m);
        var row = table.Rows.ShouldHaveSingleItem();
        decimal[] classes = [row.NotDue, row.To30, row.To60, row.To90, row.Over90];
        classes.Select((amount, at) => (at, amount)).ShouldAllBe(one => one.amount == (one.at == of ? 7.25m : 0));
        row.Total.ShouldBe(7.25m);
    }

    [Fact]
    public void totals_are_by_seller_and_currency_and_what_is_unapplied_is_in_no_class()
    {
        var table = new AgeingTable(Today);
        table.Add("s", "b", "EUR", Today, 1);
        table.Add("s", "c", "EUR", Today.PlusDays(-40), 2);
        table.Add("s", "c", "SEK", Today.PlusDays(-100), 4);
        table.Add("r", "c", "EUR", Today, 8);
        table.AddUnapplied("s", "c", "EUR", 16);
        table.Totals.Select(row => (row.Seller, row.Currency, row.NotDue, row.To60, row.Over90, row.Total, row.Unapplied)).ShouldBe(
            [("r", "EUR", 8m, 0m, 0m, 8m, 0m), ("s", "EUR", 1m, 2m, 0m, 3m, 16m), ("s", "SEK", 0m, 0m, 4m, 4m, 0m)]);
    }
}
