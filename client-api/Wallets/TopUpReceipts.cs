// GET /v1/top_up_receipts: what the payer of a top-up gets for its books (domain 0.3, rule 3).
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>A receipt for money that was paid into a wallet; it never changes. No tax stands on it: that is the invoice's.</summary>
/// <param name="Number">Gapless within the wallet's series.</param>
/// <param name="Wallet">The wallet.</param>
/// <param name="Seller">Who received it.</param>
/// <param name="Party">Whose wallet it is.</param>
/// <param name="SellerParty">The seller as it was.</param>
/// <param name="BuyerParty">The owner as it was.</param>
/// <param name="ReceivedOn">The day, in the seller's zone.</param>
/// <param name="Amount">What was paid in.</param>
/// <param name="Reference">The command's reference.</param>
public sealed record TopUpReceiptView(string Number, string Wallet, string Seller, string Party, PartyOnDocument SellerParty, PartyOnDocument BuyerParty,
    LocalDate ReceivedOn, ExactMoney Amount, string? Reference)
{
    /// <summary>As listed.</summary>
    public static TopUpReceiptView Of(AccountItem item)
    {
        var figures = Definitions.Stored<TopUpFigures>(item.Body);
        var (money, receipt) = (figures.Money, figures.Money.Receipt!);
        return new TopUpReceiptView(receipt.Number, money.Wallet, figures.Seller, figures.Party, receipt.Parties.Seller, receipt.Parties.Buyer, receipt.On,
            ExactMoney.Of(money.Amount, figures.Currency), money.Reference);
    }
}

/// <summary>Read by the wallet's owner, by its seller and by the operator.</summary>
public static class TopUpReceiptEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapTopUpReceipts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/top_up_receipts").WithTags("Wallets").RequireScope(Scopes.BillingRead);
        group.MapGet("", List).WithName("ListTopUpReceipts").WithSummary("Receipts of what was paid into wallets, by number")
            .Produces<PageOf<TopUpReceiptView>>().Fails(400);
        group.MapGet("/{number}", Get).WithName("GetTopUpReceipt").WithSummary("Read the receipt of a top-up").Produces<TopUpReceiptView>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<PageOf<TopUpReceiptView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        if (party is not null && !FieldChecks.IsId(party))
            return Problems.Invalid("party", "must be an id");
        var filter = new ItemFilter(ItemKinds.TopUpReceipt, Buyer: party, VisibleTo: context.Caller().Party);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(TopUpReceiptView.Of));
    }

    private static async Task<Results<Ok<TopUpReceiptView>, Problem>> Get(HttpContext context, string number, IAccountStore store)
    {
        var own = context.Caller().Party;
        return !number.Contains('\0') && await store.Item(ItemKinds.TopUpReceipt, number, context.RequestAborted) is { } item
            && (own is null || own == item.Seller || own == item.Buyer)
            ? TypedResults.Ok(TopUpReceiptView.Of(item))
            : Problems.NotFound("receipt", number);
    }
}
