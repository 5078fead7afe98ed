// Statements on demand: rendered from what stands now until they are closed, which freezes their figures; and the templates that they look by.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Statements;

/// <summary>Which statement.</summary>
public sealed record StatementBody
{
    /// <summary>An agreement whose documents are statements.</summary>
    public required string Agreement { get; init; }
    /// <summary><c>current</c> (default) or a label like 2025-05.</summary>
    public string? Period { get; init; }
}

/// <summary>
/// An open statement is called agreement:period; its figures are those of a preview. Closed, it is the document that the calendar's close would have issued,
/// with the next number of its series (domain 1.3).
/// </summary>
public static class StatementEndpoints
{
    private const string Kind = "statement";

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapStatements(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/statements").WithTags("Documents");
        group.MapPost("/", Post).WithName("PostStatement").WithSummary("Render a statement: again and again until it is closed, the closed one afterwards")
            .RequireScope(Scopes.BillingRead).TakesJson<StatementBody>().Produces<StatementShape>()
            .Fails(400, 404, 409, 410).WithRequestTimeout(Limits.FanOutTimeout);
        group.MapGet("/{number}", Get).WithName("GetStatement").WithSummary("A statement by its name or number, as JSON or CSV")
            .RequireScope(Scopes.BillingRead).Produces<StatementShape>().Fails(404, 409, 410).WithRequestTimeout(Limits.FanOutTimeout);
        group.MapPost("/{number}/close", Close).WithName("CloseStatement").WithSummary("Close a statement of a finished period: its figures never change again")
            .WithDescription("Usage of the period that comes later stands on the next statement. An unfinished period is 409.")
            .RequireScope(Scopes.BillingWrite).Produces<StatementShape>().Fails(404, 409).Idempotent().DisableRequestTimeout();
        var templates = routes.MapGroup("/v1/statement_templates").WithTags("Documents");
        templates.MapPut("/{partner}", PutTemplate).WithName("PutStatementTemplate").WithSummary("Say how a seller's statements look to whoever gets them")
            .RequireScope(Scopes.BillingWrite).TakesJson<StatementTemplate>().Produces<StatementTemplateView>().Fails(404).Idempotent();
        templates.MapGet("/{partner}", GetTemplate).WithName("GetStatementTemplate").WithSummary("Read a seller's template")
            .RequireScope(Scopes.BillingRead).Produces<StatementTemplateView>().Fails(404);
        return routes;
    }

    private static async Task<IResult> Post(HttpContext context, StatementReader statements)
    {
        var (body, problem) = await JsonBody.Read<StatementBody>(context);
        if (body is null)
            return problem!;
        var period = body.Period is null or "current" ? null : body.Period;
        if (period is not null && !PeriodLabels.IsLabel(period))
            return Problems.Invalid("period", "must be \"current\" or a month, like \"2025-05\"");
        return FieldChecks.IsId(body.Agreement)
            ? await statements.Read(context, body.Agreement, period)
            : Problems.NotFound(DefinitionKinds.Agreement, body.Agreement);
    }

    private static async Task<IResult> Get(HttpContext context, string number, StatementReader statements) =>
        StatementReader.Named(number) is var (agreement, period) && FieldChecks.IsId(agreement)
            ? await statements.Read(context, agreement, period)
            : await statements.Closed(context, number) ?? Problems.NotFound(Kind, number);

    private static async Task<IResult> Close(HttpContext context, string number, StatementReader statements, IGrainFactory grains)
    {
        if (StatementReader.Named(number) is not var (agreement, period) || !FieldChecks.IsId(agreement))
            return await statements.Closed(context, number) ?? Problems.NotFound(Kind, number);
        if (await statements.Agreement(context.Caller(), agreement, context.RequestAborted) is not { } known
            || (context.Caller().Party is { } party && party != known.Seller))
            return Problems.NotFound(Kind, number);
        if (known.Documents != Kind)
            return NoStatement(agreement);
        // From here on the client's patience does not end it half-way.
        var coordinator = grains.GetGrain<ICycleCoordinatorGrain>(known.Calendar);
        string? cursor = null;
        while (true)
        {
            var answer = await coordinator.CloseStatement(new CloseStatementCommand { Agreement = agreement, Period = period, Cursor = cursor },
                CancellationToken.None);
            if (answer.Refusal is { } code)
                return Problems.Conflict(answer.Detail ?? code, code);
            if (answer.IsDone)
                break;
            cursor = answer.Cursor;
        }

        return await statements.Read(context, agreement, period);
    }

    private static async Task<Results<Ok<StatementTemplateView>, Problem>> PutTemplate(HttpContext context, string partner, StatementTemplates templates,
        IDefinitionStore definitions)
    {
        var (body, problem) = await JsonBody.Read<StatementTemplate>(context);
        if (body is null)
            return problem!;
        if (!await IsOwn(context, partner, definitions))
            return Problems.NotFound(DefinitionKinds.Partner, partner);
        if (StatementTemplates.Check(body) is { IsEmpty: false } errors)
            return Problems.Invalid(errors);
        await templates.Set(partner, body, context.RequestAborted);
        return TypedResults.Ok(View(partner, body));
    }

    private static async Task<Results<Ok<StatementTemplateView>, Problem>> GetTemplate(HttpContext context, string partner, StatementTemplates templates,
        IDefinitionStore definitions) =>
        await IsOwn(context, partner, definitions) && await templates.Of(partner, context.RequestAborted) is { } template
            ? TypedResults.Ok(View(partner, template))
            : Problems.NotFound("statement template", partner);

    private static async Task<bool> IsOwn(HttpContext context, string party, IDefinitionStore definitions) => FieldChecks.IsId(party)
        && (context.Caller().Party is not { } own || own == party)
        && (await definitions.Get(DefinitionKinds.Partner, party, context.RequestAborted)
            ?? await definitions.Get(DefinitionKinds.Seller, party, context.RequestAborted)) is not null;

    private static StatementTemplateView View(string partner, StatementTemplate template) => new(partner, template.Columns,
        template.Brand, template.Address, template.TaxDisplay ?? "full", template.GroupBy, template.Note, template.Logo);

    internal static Problem NoStatement(string agreement) =>
        Problems.Conflict($"The documents of agreement \"{agreement}\" are no statements.", "no_statement");
}
