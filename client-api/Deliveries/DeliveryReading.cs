// Body of a delivery report, and from it to the command.
using NodaTime;
using OrleansBilling.Billing.Deliveries;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Corrections;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Deliveries;

/// <summary>What a network said of a message.</summary>
public sealed record DeliveryReportBody
{
    /// <summary>Chosen by the caller.</summary>
    public required string Id { get; init; }
    /// <summary>Whose message it was.</summary>
    public required string Subscription { get; init; }
    /// <summary>The usage event that charged it.</summary>
    public CorrectedEvent? Event { get; init; }
    /// <summary>Not supported yet: name the event.</summary>
    public string? MessageId { get; init; }
    /// <summary>Not supported yet: send parts as events of their own.</summary>
    public int? Part { get; init; }
    /// <summary>DELIVRD, EXPIRED, DELETED, UNDELIV, REJECTD, ACCEPTD, UNKNOWN or ENROUTE.</summary>
    public required string State { get; init; }
    /// <summary>When the network decided it.</summary>
    public Instant? DoneAt { get; init; }
    /// <summary>The network's error code.</summary>
    public string? Error { get; init; }
}

internal static class DeliveryReading
{
    private const int ErrorLengthMax = 64;

    /// <summary>The command, or everything that is wrong with the report.</summary>
    public static (CorrectionCommand? Command, FieldErrors Errors) Read(DeliveryReportBody body)
    {
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        errors.Id("subscription", body.Subscription);
        if (body.MessageId is not null) errors.Add("message_id", "is not supported yet: name the event");
        if (body.Part is not null) errors.Add("part", "is not supported yet: send parts as events of their own");
        if (body.Event is not { } of) errors.Add("event", "is required");
        else CorrectionReading.Event(errors, "event", of);
        errors.OneOf("state", body.State, DeliveryRules.States);
        if (body.Error is { } error) errors.Text("error", error, ErrorLengthMax);
        return errors.IsEmpty
            ? (new CorrectionCommand
            {
                Id = body.Id,
                Source = body.Event!.Source,
                EventId = body.Event.Id,
                TimeMicros = Micros.Of(body.Event.Time),
                Reason = $"{body.State}, report {body.Id}{(body.DoneAt is { } at ? $", done at {at}" : "")}{(body.Error is null ? "" : $", error {body.Error}")}",
                Delivery = body.State,
            }, errors)
            : (null, errors);
    }
}
