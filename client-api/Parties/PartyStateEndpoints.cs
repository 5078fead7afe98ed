// Commands on the state of a partner or a customer: freeze, suspend, block, and back.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Parties;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>The operator's, and a partner's for what lies below it (domain 3.8). A state that stands already is answered as it is.</summary>
public static class PartyStateEndpoints
{
    private static readonly (string Verb, PartyStatus Status, string Summary)[] Sets =
    [
        ("limit", PartyStatus.Limited, "what runs goes on, nothing is bought"),
        ("restrict", PartyStatus.Restricted, "it uses what it has and cannot buy"),
        ("freeze", PartyStatus.Frozen, "nothing new, customers included; running traffic goes on"),
        ("disable", PartyStatus.Disabled, "nothing but paying"),
        ("suspend", PartyStatus.Suspended, "every service of everybody below it is refused, recurring fees go on"),
        ("block", PartyStatus.Blocked, "usage is refused, fees go on"),
        ("terminate", PartyStatus.Terminated, "for ever: its subscriptions end now, the next close bills the rest"),
    ];

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPartyStates(this IEndpointRouteBuilder routes)
    {
        Map(routes, "partners", DefinitionKinds.Partner, "Partner");
        Map(routes, "customers", DefinitionKinds.Customer, "Customer");
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string kind, string name)
    {
        var group = routes.MapGroup($"/v1/{path}/{{id}}").WithTags("Parties");
        foreach (var (verb, status, summary) in Sets)
            group.MapPost(verb, Of(kind, status)).WithName("Set" + name + Capital(status.Word())).Answers<StateRequest>($"{Capital(verb)} a {kind}: {summary}");
        group.MapPost("resume", Of(kind, null)).WithName("Resume" + name).Answers<StateRequest>($"Take back what was set on a {kind} by hand");
        group.MapPost("lift", Lift(kind)).WithName("Lift" + name).Answers<LiftRequest>($"Postpone what dunning asks of a {kind}, through a day");
    }

    private static void Answers<T>(this RouteHandlerBuilder route, string summary) where T : notnull => route.WithSummary(summary)
        .RequireScope(Scopes.BillingWrite).TakesJson<T>().Produces<PartyStateView>().Fails(404, 409).Idempotent();

    private static Handler Of(string kind, PartyStatus? status) => async (context, id, desk) =>
    {
        var (request, problem) = await OptionalBody(context);
        if (request is null)
            return problem!;
        return await desk.Send(context, kind, id, new PartyStateCommand
        {
            Verb = (byte)(status is null ? PartyVerb.Resume : PartyVerb.Set), Status = status?.Word() ?? "", Reason = request.Reason ?? "",
            Actor = context.Caller().KeyId,
        });
    };

    private static Handler Lift(string kind) => async (context, id, desk) =>
    {
        var (request, problem) = await JsonBody.Read<LiftRequest>(context);
        if (request is null)
            return problem!;
        if (Fault(request.Reason) is { } fault)
            return fault;
        return await desk.Send(context, kind, id, new PartyStateCommand
        {
            Verb = (byte)PartyVerb.Lift, Until = LocalDatePattern.Iso.Format(request.Until), Reason = request.Reason ?? "", Actor = context.Caller().KeyId,
        });
    };

    // A command that says all by its path needs no body.
    private static async ValueTask<(StateRequest? Request, Problem? Problem)> OptionalBody(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.ContentType) && (await JsonBody.Of(context)).Bytes.IsEmpty)
            return (new StateRequest(), null);
        var (request, problem) = await JsonBody.Read<StateRequest>(context);
        return request is not null && Fault(request.Reason) is { } fault ? (null, fault) : (request, problem);
    }

    private static Problem? Fault(string? reason)
    {
        var errors = new FieldErrors();
        if (reason is not null) errors.Text("reason", reason);
        return errors.IsEmpty ? null : Problems.Invalid(errors);
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private delegate Task<Results<Ok<PartyStateView>, Problem>> Handler(HttpContext context, string id, PartyStateDesk desk);
}
