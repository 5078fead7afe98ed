// From the body of a hold to the record of the event that it stands for.
using System.IO.Hashing;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Holds;

/// <summary>The same bounds as for events.</summary>
internal static class HoldReading
{
    private const decimal QuantityMax = 999_999_999_999m;
    private const int ExpiresInSecondsMax = 86_400;

    /// <summary>The command, or everything that is wrong with the request.</summary>
    public static (HoldCommand? Command, FieldErrors Errors) Place(PlaceHoldRequest request, long nowMicros)
    {
        var errors = new FieldErrors();
        errors.Id("id", request.Id);
        CheckUse(request.Meter, request.Quantity, request.Dimensions, errors);
        Quantity(errors, "step", request.Step);
        if (request.ExpiresInSeconds is < 1 or > ExpiresInSecondsMax) errors.Add("expires_in_seconds", $"must be 1 to {ExpiresInSecondsMax}");
        if (!errors.IsEmpty)
            return (null, errors);
        var dimensions = InOrder(request.Dimensions);
        return (new HoldCommand
        {
            Verb = HoldVerb.Place,
            Id = request.Id,
            Record = HoldDecider.RecordOf(request.Id, request.Meter, request.Quantity, dimensions, nowMicros),
            BodyHash = BodyHash(request, dimensions),
            ExpiresInSeconds = request.ExpiresInSeconds,
            PartialStep = request.AllowPartial ? request.Step : 0,
        }, errors);
    }

    /// <summary>The command, or everything that is wrong with the request.</summary>
    public static (HoldCommand? Command, FieldErrors Errors) Capture(string hold, CaptureHoldRequest request)
    {
        var errors = new FieldErrors();
        Quantity(errors, "quantity", request.Quantity);
        return errors.IsEmpty
            ? (new HoldCommand
            {
                Verb = HoldVerb.Capture,
                Id = hold,
                Quantity = request.Quantity,
                UsedMicros = request.UsedAt is { } used ? Micros.Of(used) : null,
            }, errors)
            : (null, errors);
    }

    /// <summary>What is wrong with usage that may happen.</summary>
    public static void CheckUse(string meter, decimal quantity, Dictionary<string, string> dimensions, FieldErrors errors)
    {
        errors.Id("meter", meter);
        Quantity(errors, "quantity", quantity);
        if (dimensions.Count > Limits.DimensionsMax) errors.Add("dimensions", $"must be at most {Limits.DimensionsMax}");
        foreach (var (name, value) in dimensions)
        {
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > Limits.TextBytesMax || Encoding.UTF8.GetByteCount(value) > Limits.TextBytesMax)
                errors.Add($"dimensions.{name}", $"must have a name, and at most {Limits.TextBytesMax} bytes");
        }
    }

    /// <summary>Dimensions in the order in which records have them.</summary>
    public static IReadOnlyList<(string Name, string Value)> InOrder(Dictionary<string, string> dimensions) =>
        [.. dimensions.Select(pair => (pair.Key, pair.Value))
        .OrderBy(pair => Encoding.UTF8.GetBytes(pair.Key), Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))];

    private static void Quantity(FieldErrors errors, string field, decimal quantity)
    {
        if (quantity is <= 0 or > QuantityMax || quantity.Scale > 10)
            errors.Add(field, "must be above 0, with at most 12 digits before the point and 10 after it");
    }

    // Without the instant of the request: a repeat comes later.
    private static uint BodyHash(PlaceHoldRequest request, IReadOnlyList<(string, string)> dimensions)
    {
        var writer = new PackedWriter(128);
        writer.Bytes(HoldDecider.RecordOf(request.Id, request.Meter, request.Quantity, dimensions, 0));
        writer.Int64(request.ExpiresInSeconds);
        writer.Decimal(request.AllowPartial ? request.Step : 0);
        return unchecked((uint)XxHash3.HashToUInt64(writer.Written.Span));
    }
}
