// Facts with a date: standard tax rates by country, exchange rates by pair. PUT once, GET, list.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Tax;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>The operator writes them and everybody reads them. What stands is never changed: the next rate has another date.</summary>
public static class RateEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapRates(this IEndpointRouteBuilder routes)
    {
        var taxes = routes.MapGroup("/v1/tax_rates").WithTags("Catalogue");
        taxes.MapPut("/{country}/{date}", PutTax).WithName("PutTaxRate").WithSummary("Say a country's standard tax rate from a day on")
            .RequireScope(Scopes.BillingWrite).TakesJson<TaxRate>().Produces<Defined<TaxRate>>()
            .Produces<Defined<TaxRate>>(StatusCodes.Status201Created).Fails(409);
        taxes.MapGet("/{country}/{date}", GetTax).WithName("GetTaxRate").WithSummary("Read a tax rate").RequireScope(Scopes.BillingRead)
            .Produces<Defined<TaxRate>>().Fails(404);
        taxes.MapGet("/{country}", ListTaxes).WithName("ListTaxRates").WithSummary("List a country's tax rates").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<Defined<TaxRate>>>().Fails(400);
        var exchange = routes.MapGroup("/v1/fx_rates").WithTags("Catalogue");
        exchange.MapPut("/{from}/{to}/{date}", PutFx).WithName("PutFxRate").WithSummary("Say what one currency is worth in another from a day on")
            .RequireScope(Scopes.BillingWrite).TakesJson<FxRate>()
            .Produces<Defined<FxRate>>().Produces<Defined<FxRate>>(StatusCodes.Status201Created).Fails(409);
        exchange.MapGet("/{from}/{to}/{date}", GetFx).WithName("GetFxRate").WithSummary("Read an exchange rate").RequireScope(Scopes.BillingRead)
            .Produces<Defined<FxRate>>().Fails(404);
        exchange.MapGet("/{from}/{to}", ListFx).WithName("ListFxRates").WithSummary("List the rates of a pair").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<Defined<FxRate>>>().Fails(400);
        return routes;
    }

    private static Task<Results<DefinedAnswer, Problem>> PutTax(HttpContext context, string country, string date, DefinitionWriter writer)
    {
        var errors = OfCountry(country);
        Date(date, errors);
        return Put(context, errors, DefinitionKinds.TaxRate, $"{country}/{date}", "tax_rates", writer);
    }

    private static Task<Results<DefinedAnswer, Problem>> PutFx(HttpContext context, string from, string to, string date, DefinitionWriter writer)
    {
        var errors = OfPair(from, to);
        Date(date, errors);
        return Put(context, errors, DefinitionKinds.FxRate, $"{from}/{to}/{date}", "fx_rates", writer);
    }

    private static Task<Results<DefinedAnswer, Problem>> GetTax(HttpContext context, string country, string date, DefinitionReader reader) =>
        Get(context, DefinitionKinds.TaxRate, $"{country}/{date}", reader);

    private static Task<Results<DefinedAnswer, Problem>> GetFx(HttpContext context, string from, string to, string date, DefinitionReader reader) =>
        Get(context, DefinitionKinds.FxRate, $"{from}/{to}/{date}", reader);

    private static Task<Results<DefinedList, Problem>> ListTaxes(HttpContext context, string country, [AsParameters] PageQuery query,
        DefinitionReader reader) =>
        List(context, OfCountry(country), DefinitionKinds.TaxRate, country, query, reader);

    private static Task<Results<DefinedList, Problem>> ListFx(HttpContext context, string from, string to, [AsParameters] PageQuery query,
        DefinitionReader reader) =>
        List(context, OfPair(from, to), DefinitionKinds.FxRate, $"{from}/{to}", query, reader);

    private static async Task<Results<DefinedAnswer, Problem>> Put(HttpContext context, FieldErrors errors, string kind, string id, string path,
        DefinitionWriter writer)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (body, problem) = await JsonBody.ReadText(context);
        if (body is null)
            return problem!;
        if (await writer.Refusal(caller, kind, id, body, cancel) is { } refusal)
            return refusal;
        var result = DefinitionWriter.Result(await writer.Define(caller, kind, id, body, cancel), kind, id, $"/v1/{path}/{id}");
        return result.Answer is { } answer ? answer : result.Problem!;
    }

    private static async Task<Results<DefinedAnswer, Problem>> Get(HttpContext context, string kind, string id, DefinitionReader reader) =>
        !id.Contains('\0') && await reader.Get(context.Caller(), kind, id, context.RequestAborted) is { } view
            ? new DefinedAnswer(view)
            : Problems.NotFound(kind, id);

    private static async Task<Results<DefinedList, Problem>> List(HttpContext context, FieldErrors errors, string kind, string parent, PageQuery query,
        DefinitionReader reader)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        return errors.IsEmpty ? new DefinedList(await reader.List(context.Caller(), kind, parent, page, context.RequestAborted)) : Problems.Invalid(errors);
    }

    private static FieldErrors OfCountry(string country) => country.Length == 2 && country.All(char.IsAsciiLetterUpper)
        ? new FieldErrors() : FieldErrors.Of("country", "must be an ISO 3166-1 alpha-2 code, like \"FI\"");

    private static FieldErrors OfPair(string from, string to)
    {
        var errors = new FieldErrors();
        errors.Currency("from", from);
        errors.Currency("to", to);
        if (from == to) errors.Add("to", "must be another currency");
        return errors;
    }

    private static void Date(string date, FieldErrors errors)
    {
        if (!LocalDatePattern.Iso.Parse(date).Success) errors.Add("date", "must be a date like 2025-06-01");
    }
}
