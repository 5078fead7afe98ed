// GET /v1/parties/{id}/account_statement: opening balance, what happened, closing balance.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>A row: above zero is owed, below is paid or credited. Balance: after it.</summary>
public sealed record StatementRowView(LocalDate On, string Kind, string Id, ExactMoney Amount, ExactMoney Balance);

/// <summary>A statement with one seller in one currency.</summary>
/// <param name="Seller">Who is owed.</param>
/// <param name="Opening">Before the first day; above zero is owed.</param>
/// <param name="Rows">By day.</param>
/// <param name="Closing">After the last day.</param>
public sealed record AccountStatementView(string Seller, ExactMoney Opening, IReadOnlyList<StatementRowView> Rows, ExactMoney Closing);

/// <summary>All statements of a party.</summary>
public sealed record AccountStatementsView(string Party, LocalDate From, LocalDate To, IReadOnlyList<AccountStatementView> Statements);

/// <summary>Read by the party itself, by its seller and by the operator.</summary>
public static class AccountStatementEndpoints
{
    private static readonly LocalDate Always = new(1900, 1, 1);

    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapAccountStatements(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/parties/{id}/account_statement", Read).WithName("GetAccountStatement").WithTags("Payments").RequireScope(Scopes.BillingRead)
            .WithSummary("Opening balance, invoices, payments, credits and closing balance of a party, by seller").Produces<AccountStatementsView>()
            .Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<Results<Ok<AccountStatementsView>, Problem>> Read(HttpContext context, string id, [FromQuery(Name = "from")] string? from,
        [FromQuery(Name = "to")] string? to, IAccountStore store, IGrainFactory grains, BillingClock clock)
    {
        var (caller, cancel, errors) = (context.Caller(), context.RequestAborted, new FieldErrors());
        var first = Date("from", from, Always, errors);
        var last = Date("to", to, clock.Now.InUtc().Date.PlusDays(1), errors);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (!FieldChecks.IsId(id))
            return Problems.NotFound("party", id);
        var heads = (await store.Accounts(null, id, null, Limits.PageMax, cancel))
            .Where(head => caller.Party is null || caller.Party == id || caller.Party == head.Seller).ToList();
        if (heads.Count == 0 && caller.Party is not null && caller.Party != id)
            return Problems.NotFound("party", id);
        var statements = new List<AccountStatementView>();
        foreach (var head in heads.Where(head => !AccountKey.Parse(head.Id).Payable))
        {
            var (figures, problem) = await grains.Ask<StatementFigures>(head.Id, new AskStatement(first, last), caller.KeyId, cancel);
            if (figures is null)
                return problem!;
            if (figures.TooLong)
                return Problems.Conflict($"A statement has at most {Limits.StatementRowsMax} rows: ask for fewer days.", "statement_too_long");
            statements.Add(View(figures));
        }

        return TypedResults.Ok(new AccountStatementsView(id, first, last, statements));
    }

    private static AccountStatementView View(StatementFigures figures)
    {
        var (balance, rows) = (figures.Opening, new List<StatementRowView>());
        foreach (var row in figures.Rows)
        {
            balance += row.Amount;
            rows.Add(new StatementRowView(row.On, row.Kind, row.Id, Money(row.Amount), Money(balance)));
        }

        return new AccountStatementView(figures.Seller, Money(figures.Opening), rows, Money(figures.Closing));

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, figures.Currency);
    }

    private static LocalDate Date(string field, string? text, LocalDate otherwise, FieldErrors errors)
    {
        if (text is null)
            return otherwise;
        var parsed = LocalDatePattern.Iso.Parse(text);
        if (!parsed.Success) errors.Add(field, "must be a date, like \"2025-05-31\"");
        return parsed.Success ? parsed.Value : otherwise;
    }
}
