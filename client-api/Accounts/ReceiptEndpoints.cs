// GET /v1/payments/{id}/receipt: what the payer gets for its books.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>A receipt says what the payment said when it was recorded, and never changes; what became of the advance stands in the payment.</summary>
/// <param name="Number">The payment's id: a payment has one receipt.</param>
/// <param name="Status"><c>posted</c>, or <c>reversed</c> when the payment was taken back.</param>
/// <param name="Seller">Who received it.</param>
/// <param name="Party">Who paid.</param>
/// <param name="SellerParty">The seller as it was; absent on payments from before receipts were made.</param>
/// <param name="BuyerParty">The payer as it was.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="Amount">What was received.</param>
/// <param name="Method">How.</param>
/// <param name="Reference">What the payer quoted.</param>
/// <param name="Allocations">What it settled.</param>
/// <param name="Advance">What was left for later invoices.</param>
public sealed record ReceiptView(string Number, string Status, string Seller, string Party, PartyOnDocument? SellerParty, PartyOnDocument? BuyerParty,
    LocalDate ReceivedOn, ExactMoney Amount, string Method, string? Reference, IReadOnlyList<AllocationView> Allocations, ExactMoney Advance)
{
    /// <summary>Of a payment.</summary>
    public static ReceiptView Of(PaymentFigures figures)
    {
        var payment = figures.Payment;
        return new ReceiptView(payment.Id, figures.Reversal is null ? "posted" : "reversed", figures.Seller, figures.Party, payment.Parties?.Seller,
            payment.Parties?.Buyer, payment.ReceivedOn, Money(payment.Amount), payment.Method, payment.Reference,
            [.. payment.Allocations.Select(part => new AllocationView(part.Document, Money(part.Amount)))], Money(payment.Rest));

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, figures.Currency);
    }
}

/// <summary>Read by the payer, by its seller and by the operator.</summary>
public static class ReceiptEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapReceipts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/payments/{id}/receipt", Get).WithName("GetReceipt").WithTags("Payments").RequireScope(Scopes.BillingRead)
            .WithSummary("Read the receipt of a payment").Produces<ReceiptView>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<ReceiptView>, Problem>> Get(HttpContext context, string id, IAccountStore store)
    {
        var own = context.Caller().Party;
        if (!FieldChecks.IsId(id) || await store.Item(ItemKinds.Payment, id, context.RequestAborted) is not { } item
            || (own is not null && own != item.Seller && own != item.Buyer))
            return Problems.NotFound("payment", id);
        return TypedResults.Ok(ReceiptView.Of(Definitions.Stored<PaymentFigures>(item.Body)));
    }
}
