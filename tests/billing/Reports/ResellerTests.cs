// What resellers brought, on paper.
using OrleansBilling.Billing.Reports;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Reports;

public sealed class ResellerTests
{
    [Fact]
    public void sales_payouts_and_customers_add_up_by_reseller_and_currency_and_those_of_nobody_are_the_others()
    {
        var table = new ResellerTable();
        table.Sold("rs1", "EUR", 300);
        table.Sold("", "EUR", 250);
        table.Sold("rs1", "EUR", -100);
        table.Sold("rs1", "USD", 7);
        table.PaidOut("rs2", "EUR", 20);
        table.Acquired("rs1", "EUR");
        table.Acquired("rs1", "EUR");
        table.Rows.ShouldBe([new("", "EUR", 250), new("rs1", "EUR", 200, 0, 2), new("rs1", "USD", 7), new("rs2", "EUR", 0, 20)]);
        table.Totals.ShouldBe([new("EUR", 200, 250, 20, 2), new("USD", 7, 0, 0, 0)]);
        table.Count.ShouldBe(4);
    }
}
