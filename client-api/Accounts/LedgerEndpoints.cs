// The ledger: what every account of the books has come to, and each posting.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>A ledger account; the balance is debit less credit.</summary>
public sealed record LedgerBalanceView(string Ledger, string Currency, ExactMoney Debit, ExactMoney Credit, ExactMoney Balance);

/// <summary>All of them. Every currency's balances sum to zero.</summary>
public sealed record TrialBalanceView(IReadOnlyList<LedgerBalanceView> Data, bool Balanced);

/// <summary>One line of a posting: debit above zero, credit below.</summary>
/// <param name="Account">Seller, buyer and currency.</param>
/// <param name="Fact">What happened.</param>
/// <param name="FactId">Which.</param>
/// <param name="Ledger">Ledger account.</param>
/// <param name="Amount">Amount.</param>
/// <param name="RecordedAt">When.</param>
public sealed record PostingView(string Account, string Fact, string FactId, string Ledger, ExactMoney Amount, Instant RecordedAt);

/// <summary>The operator's; a seller reads its own books.</summary>
public static class LedgerEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapLedger(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/ledger").WithTags("Ledger").RequireScope(Scopes.BillingRead);
        group.MapGet("/trial_balance", TrialBalance).WithName("GetTrialBalance").WithSummary("What every ledger account has come to")
            .Produces<TrialBalanceView>().Fails(400);
        group.MapGet("/postings", Postings).WithName("ListPostings").WithSummary("Postings by account and fact").Produces<PageOf<PostingView>>().Fails(400);
        return routes;
    }

    private static async Task<Ok<TrialBalanceView>> TrialBalance(HttpContext context, [FromQuery(Name = "seller")] string? seller,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var rows = await store.TrialBalance(Filter(context, seller, party), context.RequestAborted);
        var balanced = rows.GroupBy(row => row.Currency).All(currency => currency.Sum(row => row.Debit - row.Credit) == 0);
        return TypedResults.Ok(new TrialBalanceView([.. rows.Select(row => new LedgerBalanceView(row.Ledger, row.Currency,
            ExactMoney.Of(row.Debit, row.Currency), ExactMoney.Of(row.Credit, row.Currency), ExactMoney.Of(row.Debit - row.Credit, row.Currency)))], balanced));
    }

    private static async Task<Results<Ok<PageOf<PostingView>>, Problem>> Postings(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "seller")] string? seller, [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        (string, long, int)? from = null;
        if (page.Cursor is { } cursor && (from = After(cursor)) is null)
            return Problems.Invalid("cursor", "must be a next_cursor that was answered before");
        var filter = Filter(context, seller, party);
        var rows = await page.Collect((after, limit) => store.Postings(filter, after is null ? from : After(after), limit, context.RequestAborted), CursorOf);
        return TypedResults.Ok(rows.Select(row => new PostingView(row.Account, row.Fact, row.FactId, row.Ledger, ExactMoney.Of(row.Amount, row.Currency),
            row.RecordedAt)));
    }

    private static LedgerFilter Filter(HttpContext context, string? seller, string? party) => new(context.Caller().Party ?? seller, party);

    private static string CursorOf(StoredPosting row) => string.Create(CultureInfo.InvariantCulture, $"{row.Line} {row.Version} {row.Account}");

    private static (string, long, int)? After(string cursor) => cursor.Split(' ', 3) is [var line, var version, var account]
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var lineNumber)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var versionNumber) ? (account, versionNumber, lineNumber) : null;
}
