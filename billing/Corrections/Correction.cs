// A correction of a usage event: what was asked, and what it took back and charged anew on every leg.
using System.Globalization;
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>What is to be corrected, and how.</summary>
/// <param name="Id">Chosen by the caller; the same again is the same correction.</param>
/// <param name="Source">Source of the event that is wrong.</param>
/// <param name="EventId">Its id.</param>
/// <param name="TimeMicros">Its time, µs: proof that the caller means this event.</param>
/// <param name="Quantity">What it should have said; null: it should not be there.</param>
/// <param name="Reason">Why, for those who read the history.</param>
/// <param name="Delivery">What a delivery report says of the message, when that is what corrects: an SMPP message state.</param>
/// <param name="Price">What it should have cost, when that is what corrects.</param>
public sealed record CorrectionRequest(string Id, string Source, string EventId, long TimeMicros, decimal? Quantity, string Reason, string? Delivery = null,
    PriceChange? Price = null)
{
    /// <summary>What the corrected event is known by.</summary>
    public UInt128 EventHash { get; } = UsageRecord.IdHashOf(Source, EventId);
}

/// <summary>What a correction changed on one leg; late: its period was sealed before, so the next document carries it.</summary>
public readonly record struct CorrectionLeg(LegAmount Counted, bool Late);

/// <summary>
/// One correction. In the journal it is a usage event of a source of its own, at the corrected event's time, whose legs first take back what stood
/// and then charge anew; what was asked stands in its dimensions, by name: what it corrects, how many legs it takes back, why, and the new quantity.
/// </summary>
public sealed class Correction
{
    /// <summary>Source of corrections. Sources that begin so are refused from outside.</summary>
    public const string SourceName = "urn:billing:correction";
    private const string EventId = "corrects_id";
    private const string EventSource = "corrects_source";
    private const string ReversedLegs = "legs_taken_back";
    private const string Quantity = "quantity";
    private const string Reason = "reason";
    private const string Delivery = "delivery";

    private Correction(CorrectionRequest request, decimal change, int reversed, CorrectionLeg[] legs, byte[] record) =>
        (Request, Change, Reversed, Legs, Record) = (request, change, reversed, legs, record);

    /// <summary>What was asked.</summary>
    public CorrectionRequest Request { get; }
    /// <summary>New quantity minus the one that stood.</summary>
    public decimal Change { get; }
    /// <summary>So many of the legs take back; the others stand from now on.</summary>
    public int Reversed { get; }
    /// <summary>What it changed.</summary>
    public CorrectionLeg[] Legs { get; }
    /// <summary>Content of its event.</summary>
    public byte[] Record { get; }

    /// <summary>Whether an event is a correction.</summary>
    public static bool Is(scoped in UsageRecord record) =>
        record.Source.SequenceEqual("urn:billing:correction"u8) && record.TryGetDimension("legs_taken_back"u8, out _);

    /// <summary>What an event costs on every leg after its corrections, in their order: exactly the parts that were journaled and not taken back.</summary>
    internal static List<LegAmount> Standing(LegAmount[] accepted, IReadOnlyList<Correction> corrections)
    {
        var standing = accepted.ToList();
        foreach (var correction in corrections)
        {
            foreach (var taken in correction.Legs[..correction.Reversed])
                standing.Remove(taken.Counted.Reversed);
            standing.AddRange(correction.Legs[correction.Reversed..].Select(leg => leg.Counted));
        }

        return standing;
    }

    /// <summary>The units that an event stands for after its corrections, as long as something of it stands.</summary>
    internal static decimal Units(decimal accepted, IReadOnlyList<Correction> corrections) =>
        corrections.LastOrDefault(one => one.Request.Quantity is not null)?.Request.Quantity ?? accepted;

    /// <summary>The content of the event that says so.</summary>
    /// <param name="after">See <see cref="PriceChange.AfterOf"/>.</param>
    internal static byte[] RecordOf(CorrectionRequest request, ReadOnlySpan<byte> meter, decimal change, int reversed, decimal after = 0)
    {
        var writer = new PackedWriter(256);
        writer.String(SourceName);
        writer.String(request.Id);
        writer.Int64(request.TimeMicros);
        writer.Decimal(change);
        writer.Bytes(meter);
        writer.Count(4 + (request.Quantity is null ? 0 : 1) + (request.Delivery is null ? 0 : 1)
            + (request.Price?.Dimensions(after) ?? 0));
        Write(ref writer, EventId, request.EventId);
        Write(ref writer, EventSource, request.Source);
        Write(ref writer, ReversedLegs, reversed.ToString(CultureInfo.InvariantCulture));
        if (request.Quantity is { } quantity)
            Write(ref writer, Quantity, quantity.ToString(CultureInfo.InvariantCulture));
        Write(ref writer, Reason, request.Reason);
        if (request.Delivery is { } delivery)
            Write(ref writer, Delivery, delivery);
        request.Price?.Write(ref writer, after);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a correction from its event.</summary>
    public static Correction Of(scoped in UsageRecord record, CorrectionLeg[] legs)
    {
        var request = RequestOf(record);
        if (!int.TryParse(Text(record, ReversedLegs), NumberStyles.None, CultureInfo.InvariantCulture, out var reversed) || reversed > legs.Length)
            throw new PackedFormatException("a correction takes back more legs than it has");
        return new Correction(request, record.Quantity, reversed, legs, record.Content.ToArray());
    }

    /// <summary>What was asked, from the event of a correction.</summary>
    public static CorrectionRequest RequestOf(scoped in UsageRecord record)
    {
        var quantity = Text(record, Quantity);
        if (quantity is not null && !decimal.TryParse(quantity, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
            throw new PackedFormatException("a correction has no number as its quantity");
        return new CorrectionRequest(Encoding.UTF8.GetString(record.Id), Must(record, EventSource), Must(record, EventId), record.TimeMicros,
            quantity is null ? null : decimal.Parse(quantity, CultureInfo.InvariantCulture), Must(record, Reason), Text(record, Delivery),
            PriceChange.Of(record));
    }

    private static void Write(ref PackedWriter writer, string name, string value)
    {
        writer.String(name);
        writer.String(value);
    }

    private static string Must(scoped in UsageRecord record, string name) =>
        Text(record, name) ?? throw new PackedFormatException($"a correction has no {name}");

    private static string? Text(scoped in UsageRecord record, string name) =>
        record.TryGetDimension(Encoding.UTF8.GetBytes(name), out var value) ? Encoding.UTF8.GetString(value) : null;
}
