// A definition as answered: its id, its own members, its version.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Parties;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>The shape of an answered definition, for the API's description: the members of T, with these two.</summary>
/// <param name="Id">Id chosen by the caller.</param>
/// <param name="Version">Counts its changes, from 1.</param>
public sealed record Defined<T>(string Id, int Version);

/// <summary>The shape of an answered partner or customer; what follows the version is told of each by itself, not in lists.</summary>
/// <param name="Id">Id chosen by the caller.</param>
/// <param name="Version">Counts its changes, from 1.</param>
/// <param name="State">How it stands: <see cref="PartyStateView"/>.</param>
/// <param name="Reasons">Everything that asks for less than active, strongest first.</param>
/// <param name="LiftedUntil">The last day on which dunning does not count.</param>
public sealed record DefinedParty<T>(string Id, int Version, string? State, IReadOnlyList<StateReason>? Reasons, LocalDate? LiftedUntil);

/// <summary>The shape of an answered plan version, for the API's description.</summary>
/// <param name="Plan">Plan.</param>
/// <param name="Version">Number within the plan, from 1.</param>
public sealed record DefinedVersion<T>(string Plan, int Version);

/// <summary>What is told of one definition. The body is as stored, member for member.</summary>
public sealed record DefinedView(string Kind, string Id, int Version, string Body)
{
    /// <summary>How it stands, of a party that is written or read by itself.</summary>
    public PartyStateView? State { get; init; }

    /// <summary>A stored definition.</summary>
    public static DefinedView Of(Definition stored, string? body = null) => stored.Kind == DefinitionKinds.PlanVersion
        ? new(stored.Kind, stored.Parent!, NumberOf(stored.Id), body ?? stored.Body)
        : new(stored.Kind, stored.Id, stored.Version, body ?? stored.Body);

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        using var body = JsonDocument.Parse(Body);
        writer.WriteStartObject();
        writer.WriteString(Kind == DefinitionKinds.PlanVersion ? "plan" : "id", Id);
        foreach (var member in body.RootElement.EnumerateObject()) member.WriteTo(writer);
        writer.WriteNumber("version", Version);
        if (State is { } standing)
        {
            writer.WriteString("state", standing.State);
            writer.WritePropertyName("reasons");
            // By way of an element: the serializer itself would flush the writer into the response.
            JsonSerializer.SerializeToElement(standing.Reasons, BillingJson.Options).WriteTo(writer);
            if (standing.LiftedUntil is { } until)
                writer.WriteString("lifted_until", LocalDatePattern.Iso.Format(until));
        }

        writer.WriteEndObject();
    }

    // Ids of plan versions: plan, slash, number.
    private static int NumberOf(string id) => int.Parse(id.AsSpan(id.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One definition as an answer; with a location when it is new.</summary>
public sealed class DefinedAnswer(DefinedView view, string? location = null) : IResult
{
    /// <summary>What is told.</summary>
    public DefinedView View => view;

    /// <summary>Where it stands, when it is new.</summary>
    public string? Location => location;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (location is not null)
        {
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.Headers.Location = location;
        }

        return JsonAnswer.Write(httpContext, view.Write);
    }
}

/// <summary>A page of definitions as an answer.</summary>
public sealed class DefinedList(PageOf<DefinedView> page) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.Write(httpContext, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        foreach (var view in page.Data) view.Write(writer);
        writer.WriteEndArray();
        writer.WriteString("next_cursor", page.NextCursor);
        writer.WriteEndObject();
    });
}
