// Bills as they are answered, and what a request becomes in the customer's account.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Bills;

/// <summary>A bill.</summary>
/// <param name="Id">Chosen by the provider; of a recurring one <c>r-1~2</c>.</param>
/// <param name="Provider">Whose bill it is.</param>
/// <param name="Customer">Who is billed.</param>
/// <param name="Status"><c>submitted</c> (waits for its invoice), <c>invoiced</c> or <c>cancelled</c>.</param>
/// <param name="Amount">Net.</param>
/// <param name="Description">As printed.</param>
/// <param name="Units">How many units it is for.</param>
/// <param name="Period">Days that it is for; of one that named none, the day of its receipt.</param>
/// <param name="Commissionable">Whether it is shared.</param>
/// <param name="ReceivedAt">When it came: this decides its invoice.</param>
/// <param name="RecurringBill">The recurring bill that it comes from.</param>
/// <param name="Warning"><c>free_trial</c>: the customer's trial is not over.</param>
public sealed record BillView(string Id, string Provider, string Customer, string Status, ExactMoney Amount, string Description, decimal Units,
    PeriodShape Period, bool Commissionable, Instant ReceivedAt, string? RecurringBill = null, string? Warning = null)
{
    /// <summary>Of a charge.</summary>
    public static BillView Of(ChargeFigures figures, string? warning = null)
    {
        var bill = figures.Charged;
        return new BillView(BillNames.IdOf(bill.Id), bill.Provider!, bill.Customer!, figures.Status,
            ExactMoney.Of(bill.Amount, bill.Currency ?? figures.Currency), bill.Description, bill.Quantity, new PeriodShape(bill.From, bill.To),
            bill.Commissionable == true, bill.At,
            bill.Source is { } source ? BillNames.IdOf(source) : null, warning);
    }
}

/// <summary>A recurring bill.</summary>
/// <param name="Id">Chosen by the provider.</param>
/// <param name="Provider">Whose bill it is.</param>
/// <param name="Customer">Who is billed.</param>
/// <param name="Status"><c>submitted</c> (no bill yet), <c>active</c>, <c>expired</c> or <c>cancelled</c>.</param>
/// <param name="Amount">Of each bill, net.</param>
/// <param name="Description">As printed.</param>
/// <param name="Commissionable">Whether its bills are shared.</param>
/// <param name="Every">day, week, semi_month, month or year.</param>
/// <param name="Frequency">Every how many of these.</param>
/// <param name="StartsAt">When the first is due.</param>
/// <param name="InitialAmount">Billed at once.</param>
/// <param name="Cycles">How many bills; absent: endless.</param>
/// <param name="LastExecutionAt">When the newest bill was due.</param>
/// <param name="NextExecutionAt">When the next is due.</param>
/// <param name="RemainingCycles">Bills to come; absent: endless.</param>
public sealed record RecurringBillView(string Id, string Provider, string Customer, string Status, ExactMoney Amount, string Description,
    bool Commissionable, string Every, int Frequency, Instant StartsAt, ExactMoney InitialAmount, int? Cycles = null, Instant? LastExecutionAt = null,
    Instant? NextExecutionAt = null, int? RemainingCycles = null)
{
    /// <summary>Of a recurring bill.</summary>
    public static RecurringBillView Of(RecurringBillFigures figures)
    {
        var (made, currency) = (figures.Made, figures.Made.Currency ?? figures.Currency);
        return new RecurringBillView(BillNames.IdOf(made.Id), made.Provider, made.Customer, figures.Status, ExactMoney.Of(made.Amount, currency),
            made.Description, made.Commissionable, made.Every, made.Frequency, made.StartsAt, ExactMoney.Of(made.InitialAmount, currency), made.Cycles,
            figures.LastAt, figures.NextAt, figures.RemainingCycles);
    }
}

/// <summary>Requests as facts.</summary>
internal static class BillShapes
{
    /// <summary>A bill as a charge.</summary>
    public static Charged Fact(BillRequest request, string provider, BilledCustomer customer, Instant now, string? currency)
    {
        var today = LocalDays.At(now, customer.Zone);
        var (from, to) = request.Period is { From: { } first, To: { } last } ? (first, last) : (today, today);
        return new Charged
        {
            Id = BillNames.Of(provider, request.Id), Agreement = customer.Id, Kind = "bill", At = now, Amount = request.Amount, Quantity = request.Units,
            UnitPrice = request.Units == 1 ? request.Amount : null, Description = request.Description, From = from, To = to, Customer = request.Customer,
            Provider = provider, Commissionable = request.Commissionable, Currency = currency,
        };
    }

    /// <summary>A recurring bill as a fact.</summary>
    public static RecurringBillMade Fact(RecurringBillRequest request, string provider, BilledCustomer customer, Instant now,
        string? currency) => new()
    {
        Id = BillNames.Of(provider, request.Id), Provider = provider, Agreement = customer.Id, Customer = request.Customer, Amount = request.Amount,
        Description = request.Description, Commissionable = request.Commissionable, Every = request.Every, Frequency = request.Frequency,
        Cycles = request.Cycles, StartsAt = request.StartsAt ?? now, TimeZone = customer.Zone.Id, InitialAmount = request.InitialAmount,
        Currency = currency,
    };

    /// <summary>400: the customer is invoiced in another currency, and nobody has said what this one is worth in it.</summary>
    public static Problem OtherCurrency(string currency, string of) =>
        Problems.Invalid("currency", $"must be {currency}, in which the customer is invoiced: no rate of {of} is known (PUT /v1/fx_rates/{of}/{currency}/{{date}})");
}
