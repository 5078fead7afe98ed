// POST /v1/price_enquiries: what usage would cost, leg by leg, and whether it would be taken; nothing is charged.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Holds;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Enquiries;

/// <summary>The same code prices an enquiry and an event.</summary>
public static class PriceEnquiryEndpoints
{
    private const string Id = "enquiry";

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPriceEnquiries(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/price_enquiries", Enquire).WithName("EnquirePrice").WithTags("Usage").RequireScope(Scopes.UsageRead)
            .WithSummary("What usage would cost, leg by leg, and whether it would be taken; nothing is charged")
            .TakesJson<PriceEnquiryRequest>().Produces<PriceEnquiryShape>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<PriceEnquiryShape>, Problem>> Enquire(HttpContext context, IGrainFactory grains, IPartyTree tree, KnownFacts facts,
        FundsCheck funds, PersonalMeters personal, BillingClock clock)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var (request, problem) = await JsonBody.Read<PriceEnquiryRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        HoldReading.CheckUse(request.Meter, request.Quantity, request.Dimensions, errors);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (personal.In(request.Meter, request.Dimensions.Keys) is { } dimension)
            return Problems.Invalid($"dimensions.{dimension}", "is personal and prices do not match on it: leave it out");
        if (!FieldChecks.IsId(request.Subscription) || !await tree.SeesSubscription(caller, request.Subscription, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, request.Subscription);
        var record = HoldDecider.RecordOf(Id, request.Meter, request.Quantity, HoldReading.InOrder(request.Dimensions), Micros.Of(request.Time ?? clock.Now));
        var answer = await grains.GetGrain<ISubscriptionEnquiries>(request.Subscription).Enquire(new EnquiryCommand { Record = record }, cancel);
        if (answer is null)
            return Problems.NotFound(DefinitionKinds.Subscription, request.Subscription);
        var (outcome, level) = ((UsageOutcome)answer.Outcome, (string?)null);
        if (outcome == UsageOutcome.InsufficientAllowance)
            level = $"{DefinitionKinds.Subscription}:{request.Subscription}";
        if (outcome == UsageOutcome.Accepted && await funds.Refusal(answer.Funds, cancel) is { } refusal)
            (outcome, level) = refusal;
        var legs = new List<PricedPartShape>();
        foreach (var part in answer.Parts)
            if (await facts.IsPartyTo(caller, part.Agreement, cancel)) legs.Add(Shape(part));
        return TypedResults.Ok(new PriceEnquiryShape(request.Subscription, outcome == UsageOutcome.Accepted, OutcomeWords.Code(outcome), level, legs,
            Micros.Instant(answer.AsOfMicros)));
    }

    private static PricedPartShape Shape(EnquiryPart part) => new(part.Agreement, part.Plan, part.PlanVersion, part.Charge, part.Kind,
        AmountText.Exact(part.Quantity), part.UnitPrice is { } unit ? AmountText.Exact(unit) : null,
        new ExactMoney(AmountText.Exact(part.Amount, part.Currency), part.Currency), part.Fallback ? true : null);
}
