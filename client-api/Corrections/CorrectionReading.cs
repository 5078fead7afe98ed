// From the body of a correction to the command.
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Corrections;

/// <summary>The same bounds as for events.</summary>
internal static class CorrectionReading
{
    private const decimal QuantityMax = 999_999_999_999m;

    /// <summary>The command, or everything that is wrong with the request.</summary>
    public static (CorrectionCommand? Command, FieldErrors Errors) Read(CorrectionBody body)
    {
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        errors.Id("subscription", body.Subscription);
        Event(errors, "corrects", body.Corrects);
        Text(errors, "reason", body.Reason);
        switch (body.Action)
        {
            case "retract":
                if (body.Quantity is not null) errors.Add("quantity", "must be left out of a retraction");
                break;
            case "amend":
                if (body.Quantity is not { } quantity || quantity is <= 0 or > QuantityMax || quantity.Scale > 10)
                    errors.Add("quantity", "must be above 0, with at most 12 digits before the point and 10 after it; to make it 0, retract");
                break;
            default: errors.Add("action", "must be retract or amend"); break;
        }

        return errors.IsEmpty
            ? (new CorrectionCommand
            {
                Id = body.Id,
                Source = body.Corrects.Source,
                EventId = body.Corrects.Id,
                TimeMicros = Micros.Of(body.Corrects.Time),
                Quantity = body.Quantity,
                Reason = body.Reason,
            }, errors)
            : (null, errors);
    }

    /// <summary>The event that is meant.</summary>
    public static void Event(FieldErrors errors, string field, CorrectedEvent of)
    {
        Text(errors, field + ".source", of.Source);
        Text(errors, field + ".id", of.Id);
        if (of.Source.StartsWith(BackfillName.RevertSource, StringComparison.Ordinal))
            errors.Add(field + ".source", "an event of a backfill is not corrected: revert the backfill");
        if (of.Source == Correction.SourceName) errors.Add(field + ".source", "a correction is not corrected: correct its event again");
    }

    /// <summary>A text that an event may have.</summary>
    public static void Text(FieldErrors errors, string field, string text)
    {
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > Limits.TextBytesMax || text.Contains('\0', StringComparison.Ordinal))
            errors.Add(field, $"must be 1 to {Limits.TextBytesMax} bytes, without U+0000");
    }
}
