// One journal row, decoded. Payload: format 1, frames, XXH3-64 over format, stream, version and frames. A frame: kind, format, length, content.
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>As it stands on the disk.</summary>
public sealed record StoredRow(long Stream, long Version, byte[] Payload)
{
    private const int ChecksumBytes = 8;

    /// <summary>Whether its checksum holds.</summary>
    public bool IsIntact => Payload.Length > ChecksumBytes && Payload[0] == 1
        && BinaryPrimitives.ReadUInt64LittleEndian(Payload.AsSpan(Payload.Length - ChecksumBytes)) == ChecksumOf(Stream, Version, Payload);

    /// <summary>What the last bytes of a payload have to be.</summary>
    public static ulong ChecksumOf(long stream, long version, byte[] payload)
    {
        var head = new byte[17];
        head[0] = payload[0];
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(1), stream);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(9), version);
        return XxHash3.HashToUInt64([.. head, .. payload.AsSpan(1, payload.Length - 1 - ChecksumBytes)]);
    }

    /// <summary>The same row with its checksum made right again.</summary>
    public StoredRow Sealed()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Payload.AsSpan(Payload.Length - ChecksumBytes), ChecksumOf(Stream, Version, Payload));
        return this;
    }

    /// <summary>A row from frames.</summary>
    public static StoredRow Of(long stream, long version, IEnumerable<byte> frames) => new StoredRow(stream, version, [1, .. frames, .. new byte[ChecksumBytes]]).Sealed();

    /// <summary>Its frames with where each begins and ends in the payload, head included.</summary>
    public IReadOnlyList<(byte Kind, int From, int To, IReadOnlyList<StoredFact> Facts)> Frames()
    {
        var frames = new List<(byte, int, int, IReadOnlyList<StoredFact>)>();
        var all = new PackedCursor(Payload, 1, Payload.Length - ChecksumBytes);
        while (!all.AtEnd)
        {
            var from = all.At;
            var (kind, format) = (all.Byte(), all.Byte());
            var content = all.Part(all.Int32());
            // Money taken by force, refunds told, a credit given for nothing, money that has bought units.
            if (format != 1 && (kind, format) is not (3 or 33 or 34 or 35, 2))
                throw new InvalidDataException($"Row {Stream}/{Version}: frame kind {kind} has format {format}.");
            var facts = new List<StoredFact>();
            Read(kind, format, content, facts);
            if (!content.AtEnd)
                throw new InvalidDataException($"Row {Stream}/{Version}: something follows in a frame of kind {kind}.");
            frames.Add((kind, from, all.At, facts));
        }

        return frames;
    }

    private void Read(byte kind, byte format, PackedCursor content, List<StoredFact> facts)
    {
        var recorded = content.Int64();
        switch (kind)
        {
            case 1: Usage(recorded, content, facts); break;
            case 3: facts.Add(Purse(recorded, content)); break;
            case 4: facts.Add(Hold(recorded, content)); break;
            case 5: facts.Add(Package(recorded, content)); break;
            case 6: facts.Add(new FeePaid(recorded, content.Text(), content.Text(), content.Int64(), content.Int64(), content.Count(), content.Decimal())); break;
            case 32: facts.Add(new SliceGranted(recorded, content.Text(), (long)content.Number(), content.Decimal())); break;
            case 33:
                facts.Add(new ChildSettled(recorded, content.Text(), content.Decimal(), content.Decimal(), content.Decimal(), content.Decimal(),
                format == 2 ? content.Decimal() : 0));
                break;
            case 34:
                facts.Add(new CreditAdded(recorded, content.Text(), content.Text(), content.Decimal(), content.MaybeInt64()));
                content.Text();
                break;
            case 35:
                facts.Add(new PaidOut(recorded, content.Text(), content.Text(), content.Decimal(), content.Decimal()));
                content.Text();
                break;
            case 36: facts.Add(new PaymentArrived(recorded, content.Text())); break;
            case 37: facts.Add(Limits(recorded, content)); break;
            case 38: facts.Add(new TemporaryEnded(recorded)); break;
            case 39: facts.Add(new CreditExpired(recorded, (long)content.Number(), content.Decimal())); break;
            case 40:
                Amounts(content);
                facts.Add(new Remark(recorded));
                break;
            case 41: facts.Add(new ParentReceived(recorded, (long)content.Number(), content.Decimal())); break;
            case 42: facts.Add(new ParentReturned(recorded, content.Decimal())); break;
            case 43:
                content.Number();
                facts.Add(new Remark(recorded));
                break;
            case 44: facts.Add(new DailyLimitSet(recorded, content.Byte() == 0 ? null : content.Decimal())); break;
            case 45: facts.Add(new DayBegan(recorded, content.Int64(), content.Int64())); break;
            case 47: facts.Add(new Remark(recorded)); break;
            // The account that its money stands in, with what was paid in before; and up to which payment the account has it.
            case 48:
                content.Text();
                content.Decimal();
                facts.Add(new Remark(recorded));
                break;
            case 49:
                content.Number();
                facts.Add(new Remark(recorded));
                break;
            default: throw new InvalidDataException($"Row {Stream}/{Version}: frame kind {kind} is not known.");
        }
    }

    private static void Usage(long recorded, PackedCursor content, List<StoredFact> facts)
    {
        var legs = content.Count();
        while (!content.AtEnd)
        {
            facts.Add(content.Byte() switch
            {
                1 => Cell(recorded, content),
                2 => Counted(recorded, content, legs),
                3 => Counted(recorded, content, null),
                var item => throw new InvalidDataException($"A usage frame has item {item}."),
            });
        }
    }

    private static CellOpened Cell(long recorded, PackedCursor content)
    {
        var (number, purse, agreement) = (content.Count(), content.Count(), content.Text());
        content.Text(); // Calendar, plan and its version.
        content.Text();
        content.Count();
        var (charge, meter) = (content.Text(), content.Text());
        var period = content.Text(); // Its label; then first and last day, start and end.
        content.Int64();
        content.Int64();
        content.Int64();
        content.Int64();
        return new CellOpened(recorded, number, purse, agreement, charge, meter, period);
    }

    // Without a number of legs, the event says its own, and of each the grant that pays for it.
    private static EventCounted Counted(long recorded, PackedCursor content, int? legs)
    {
        var (what, corrects, reverts) = EventOrCorrection(content.Part(content.Count()));
        var charged = new StoredLeg[legs ?? content.Count()];
        for (var leg = 0; leg < charged.Length; leg++)
        {
            var (cell, quantity, at) = (content.Count(), content.Decimal(), content.At);
            charged[leg] = new StoredLeg(cell, quantity, content.Decimal(), at);
            if (legs is null)
                charged[leg] = charged[leg] with { Grant = content.Count(), IsFurther = content.Byte() != 0 };
        }

        return new EventCounted(recorded, what, charged, corrects, reverts);
    }

    private static SentEvent Event(PackedCursor record) => EventOrCorrection(record).Event;

    private static (SentEvent Event, StoredCorrection? Corrects, string? Reverts) EventOrCorrection(PackedCursor record)
    {
        var (source, id, time, quantity, meter) = (record.Text(), record.Text(), record.Int64(), record.Decimal(), record.Text());
        var said = new Dictionary<string, string>();
        for (var left = record.Count(); left > 0; left--)
            said.Add(record.Text(), record.Text());
        var corrects = source != "urn:billing:correction" ? null : new StoredCorrection(said["corrects_source"], said["corrects_id"],
            int.Parse(said["legs_taken_back"], CultureInfo.InvariantCulture), said.TryGetValue("quantity", out var to) ? decimal.Parse(to, CultureInfo.InvariantCulture) : null,
            said.GetValueOrDefault("delivery"), said.TryGetValue("price_agreement", out var on) ? (on, decimal.Parse(said["price_unit"], CultureInfo.InvariantCulture)) : null);
        return (new SentEvent(source, id, time, quantity, meter, said.GetValueOrDefault("country", "")), corrects,
            source == "urn:billing:backfill" ? said["reverts"] : null);
    }

    private static StoredFact Purse(long recorded, PackedCursor content) => content.Byte() switch
    {
        1 => new SliceReceived(recorded, content.Text(), content.Byte() != 0, (long)content.Number(), content.Decimal()),
        2 => new SliceReturned(recorded, content.Count(), content.Decimal()),
        _ => new SliceForced(recorded, content.Count(), content.Decimal()),
    };

    private static PackageGranted Package(long recorded, PackedCursor content)
    {
        var (number, id, agreement, meter) = (content.Count(), content.Text(), content.Text(), content.Text());
        var (quantity, price) = (content.Decimal(), content.Decimal());
        content.Int64(); // Start and end as asked, priority.
        content.Int64();
        content.Int64();
        if (content.Byte() == 2)
            content.Decimal(); // The limit on overage.
        content.Int64(); // First instant that it covers.
        return new PackageGranted(recorded, number, id, agreement, meter, quantity, price, content.Byte() == 0 ? null : Cell(recorded, content));
    }

    private static StoredFact Hold(long recorded, PackedCursor content)
    {
        var placed = content.Byte() == 1;
        var id = content.Text();
        if (!placed)
            return new HoldEnded(recorded, id, content.Byte(), content.Decimal(), content.Decimal(), Parts(content));
        content.Int64(); // The request's hash.
        var what = Event(content.Part(content.Count()));
        return new HoldPlaced(recorded, id, what, content.Int64(), content.Decimal(), Parts(content));
    }

    private static LimitsSet Limits(long recorded, PackedCursor content)
    {
        var (limit, until) = (content.Decimal(), content.MaybeInt64());
        var temporary = until is null ? (decimal?)null : content.Decimal();
        Amounts(content);
        return new LimitsSet(recorded, limit, temporary, until ?? 0);
    }

    private static List<(int, decimal, int)> Parts(PackedCursor content)
    {
        var parts = new List<(int, decimal, int)>();
        for (var left = content.Count(); left > 0; left--)
            parts.Add((content.Count(), content.Decimal(), content.Count()));
        return parts;
    }

    private static void Amounts(PackedCursor content)
    {
        for (var left = content.Count(); left > 0; left--)
            content.Decimal();
    }
}
