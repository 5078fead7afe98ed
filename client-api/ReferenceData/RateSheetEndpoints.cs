// POST /v1/plans/{id}/rate_sheets: prices by network as CSV become versions of the plan, with a report of what changes.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>What a request says about its sheet.</summary>
/// <param name="Meter">What the prices are for; it has the dimensions country and mccmnc.</param>
/// <param name="EffectiveFrom">First day of rows that do not say theirs, and of what is withdrawn.</param>
/// <param name="Mode">whole (networks that are missing are withdrawn) or partial.</param>
/// <param name="DryRun">true: only the report.</param>
public sealed record RateSheetQuery([FromQuery(Name = "meter")] string? Meter, [FromQuery(Name = "effective_from")] string? EffectiveFrom,
    [FromQuery(Name = "mode")] string? Mode, [FromQuery(Name = "dry_run")] string? DryRun)
{
    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        errors.Id("meter", Meter);
        if (!LocalDatePattern.Iso.Parse(EffectiveFrom ?? "").Success) errors.Add("effective_from", "is required: a date like 2025-06-01");
        errors.OneOf("mode", Mode ?? "whole", "whole", "partial");
        errors.OneOf("dry_run", DryRun ?? "false", "true", "false");
        return errors;
    }
}

/// <summary>What a sheet made of a plan, or would make.</summary>
/// <param name="DryRun">Nothing was written.</param>
/// <param name="Versions">One for each day on which a price changes.</param>
/// <param name="Summary">Changes by kind.</param>
/// <param name="Changes">Row by row in the order of the sheet, then what is withdrawn because it is not on it.</param>
public sealed record RateSheetReport(string Plan, string Meter, bool DryRun, IReadOnlyList<RateVersionView> Versions, RateSummary Summary,
    IReadOnlyList<RateChangeView> Changes)
{
    /// <summary>Of a grain's answer.</summary>
    public static RateSheetReport Of(ImportRatesCommand command, ImportRatesAnswer answer)
    {
        var count = answer.Changes.CountBy(change => change.Kind).ToDictionary();
        int Of(string kind) => count.GetValueOrDefault(kind);
        return new RateSheetReport(command.Plan, command.Meter, command.IsTrial,
            [.. answer.Versions.Select(version => new RateVersionView(version.Number, version.From, version.Charges))],
            new RateSummary(Of("new"), Of("increase"), Of("decrease"), Of("same"), Of("withdrawn")),
            [.. answer.Changes.Select(one => new RateChangeView(one.Line, one.Country, one.Network, one.Kind, one.Previous, one.Price, one.On))]);
    }
}

/// <summary>A version of the plan.</summary>
/// <param name="Version">Number; absent in a dry run.</param>
/// <param name="Charges">How many charges it has.</param>
public sealed record RateVersionView(int? Version, string EffectiveFrom, int Charges);

/// <summary>How many changes of each kind there are.</summary>
public sealed record RateSummary(int New, int Increase, int Decrease, int Same, int Withdrawn);

/// <summary>What changes for one network.</summary>
/// <param name="Line">Line of the sheet; absent: the network is not on it.</param>
/// <param name="Mccmnc">Absent: the default of the country.</param>
/// <param name="Change">new, increase, decrease, same or withdrawn.</param>
/// <param name="Previous">Price until then.</param>
/// <param name="Price">Price from then on.</param>
/// <param name="Effective">First day of the change.</param>
public sealed record RateChangeView(int? Line, string Country, string? Mccmnc, string Change, decimal? Previous, decimal? Price, string Effective);

/// <summary>Whoever may add versions to a plan may import them.</summary>
public static class RateSheetEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapRateSheets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/plans/{id}/rate_sheets", Import).WithName("ImportRateSheet").WithTags("Catalogue").RequireScope(Scopes.BillingWrite)
            .WithSummary("Import prices by network as CSV (country, mccmnc, price, effective, cease): versions of the plan, and what changes")
            .TakesCsv().Produces<RateSheetReport>().Produces<RateSheetReport>(StatusCodes.Status201Created).Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<RateSheetReport>, Created<RateSheetReport>, Problem>> Import(HttpContext context, string id,
        [AsParameters] RateSheetQuery query, IDefinitionStore store, DefinitionWriter writer, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!FieldChecks.IsId(id) || await store.Get(DefinitionKinds.Plan, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.Plan, id);
        if (await writer.Refusal(caller, DefinitionKinds.PlanVersion, id, "", cancel) is { } refusal)
            return refusal;
        if (query.Check() is { IsEmpty: false } errors)
            return Problems.Invalid(errors);
        var (csv, problem) = await JsonBody.ReadText(context);
        if (csv is null)
            return problem!;
        var command = new ImportRatesCommand
        {
            Plan = id, Meter = query.Meter!, From = query.EffectiveFrom!, IsWhole = query.Mode != "partial", IsTrial = query.DryRun == "true",
            Csv = csv, Actor = caller.KeyId,
        };
        var answer = await grains.GetGrain<IDefinitionGrain>(Identifiers.Definition(DefinitionKinds.Plan, id)).ImportRates(command, cancel);
        return answer.Outcome switch
        {
            DefineOutcome.Invalid => Problems.Invalid(answer.Problems),
            DefineOutcome.Conflict => Problems.Conflict(answer.Problems),
            DefineOutcome.Created => TypedResults.Created($"/v1/plans/{id}/versions", RateSheetReport.Of(command, answer)),
            _ => TypedResults.Ok(RateSheetReport.Of(command, answer)),
        };
    }
}
