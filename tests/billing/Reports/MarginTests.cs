// Margins: rows add up to the whole, currencies never mix, what is sold below cost is flagged.
using FsCheck.Fluent;
using OrleansBilling.Billing.Reports;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Reports;

public sealed class MarginTests
{
    [Fact]
    public void revenue_less_cost_by_account_and_currency()
    {
        var table = new MarginTable();
        table.Add("b", "", "EUR", 25.00m, sold: true);
        table.Add("b", "", "EUR", 10.00m, sold: false);
        table.Add("a", "", "EUR", 8.00m, sold: true);
        table.Add("a", "", "EUR", 10.00m, sold: false);
        table.Add("a", "", "SEK", 3.00m, sold: false);
        table.Rows.Select(row => (row.Customer, row.Currency, row.Margin, row.Percent, row.IsBelowCost)).ShouldBe(
            [("a", "EUR", -2m, -25m, true), ("a", "SEK", -3m, null, true), ("b", "EUR", 15m, 60m, false)]);
        table.Totals.Select(row => (row.Currency, row.Revenue, row.Cost)).ShouldBe([("EUR", 33m, 20m), ("SEK", 0m, 3m)]);
    }

    [Fact]
    public void rows_add_up_to_the_totals_however_they_are_cut() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var table = new MarginTable();
            for (var line = random.Next(50); line > 0; line--)
                table.Add($"c{random.Next(4)}", $"s{random.Next(3)}", random.Next(2) == 0 ? "EUR" : "JPY", random.Next(-500, 5000) / 100m, random.Next(2) == 0);
            return table.Totals.All(total => total.Revenue == table.Rows.Where(row => row.Currency == total.Currency).Sum(row => row.Revenue)
                && total.Cost == table.Rows.Where(row => row.Currency == total.Currency).Sum(row => row.Cost));
        });
}
