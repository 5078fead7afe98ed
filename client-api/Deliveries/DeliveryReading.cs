// Body of a delivery report, and from it to the command.
using System.Globalization;
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
    /// <summary>Instead of the event: the message, by the dimension <c>message_id</c> of its events.</summary>
    public string? MessageId { get; init; }
    /// <summary>With message_id: only the event whose dimension <c>part</c> has this number; left out: all events of the message.</summary>
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
    private const int PartMax = 255;

    /// <summary>The command, or everything that is wrong with the report.</summary>
    public static (CorrectionCommand? Command, FieldErrors Errors) Read(DeliveryReportBody body)
    {
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        errors.Id("subscription", body.Subscription);
        if (body.MessageId is null == body.Event is null) errors.Add("event", "give either event or message_id");
        if (body.MessageId is { } message) CorrectionReading.Text(errors, "message_id", message);
        if (body.Event is { } of) CorrectionReading.Event(errors, "event", of);
        if (body.Part is { } part)
        {
            if (body.MessageId is null) errors.Add("part", "goes with message_id");
            errors.Range("part", part, 0, PartMax);
        }

        errors.OneOf("state", body.State, DeliveryRules.States);
        if (body.Error is { } error) errors.Text("error", error, ErrorLengthMax);
        return errors.IsEmpty
            ? (new CorrectionCommand
            {
                Id = body.Id,
                Source = body.Event?.Source ?? "",
                EventId = body.Event?.Id ?? "",
                TimeMicros = body.Event is null ? 0 : Micros.Of(body.Event.Time),
                MessageId = body.MessageId,
                Part = body.Part?.ToString(CultureInfo.InvariantCulture),
                Reason = $"{body.State}, report {body.Id}{(body.DoneAt is { } at ? $", done at {at}" : "")}{(body.Error is null ? "" : $", error {body.Error}")}",
                Delivery = body.State,
            }, errors)
            : (null, errors);
    }
}
