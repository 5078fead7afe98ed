// A grant in its packed form, and what it does to the state.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>
/// Frame kind 5. Format 1: the grant (when granted, number, id, agreement, meter, quantity, price, start and end as asked, priority, policy, limit,
/// first instant that it covers), then 0, or 1 and the total that its price is counted in (number, purse, identity), which it may open.
/// Format 2, which is written where what is left rolls over, ends with the rule and the end of the events that are covered then.
/// </summary>
public static class GrantFrame
{
    internal const byte Format = 1;
    internal const byte RolloverFormat = 2;

    /// <summary>Grants: the state changes, and the frame must be appended in the same turn.</summary>
    internal static ReadOnlyMemory<byte> Grant(SubscriptionState state, Grant grant, in UsageCell priced)
    {
        Apply(state, grant, priced);
        var writer = new PackedWriter(256);
        var rolls = grant.Request.Rollover != RolloverRule.None;
        FrameHead.Begin(ref writer, FrameKind.Grant, rolls ? RolloverFormat : Format);
        WriteGrant(ref writer, grant);
        writer.Byte(grant.Request.Price == 0 ? (byte)0 : (byte)1);
        if (grant.Request.Price != 0)
        {
            writer.Count(priced.Number);
            writer.Count(priced.Purse);
            priced.Identity.Write(ref writer);
        }

        if (rolls)
            WriteRollover(ref writer, grant);

        FrameHead.End(ref writer);
        return writer.Written;
    }

    /// <summary>A grant, and the total that its price is counted in; the second has a meaning only if there is a price.</summary>
    internal static (Grant Grant, UsageCell Priced) Read(ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        var grant = ReadGrant(ref reader);
        var cell = default(UsageCell);
        if (reader.Byte() is not (0 or 1) and var flag)
            throw new PackedFormatException($"a grant has flag {flag}");
        if (grant.Request.Price != 0)
            cell = new UsageCell { Number = reader.Count(), Purse = reader.Count(), Identity = CellIdentity.Read(ref reader) };
        if (!reader.AtEnd)
            grant = ReadRollover(ref reader, grant);
        if (!reader.AtEnd)
            throw new PackedFormatException("something follows a grant");
        return (grant, cell);
    }

    internal static void Apply(SubscriptionState state, ReadOnlySpan<byte> content)
    {
        var (grant, cell) = Read(content);
        try
        {
            Apply(state, grant, cell);
        }
        catch (Exception fault) when (fault is InvalidOperationException or OverflowException)
        {
            throw new PackedFormatException(fault.Message);
        }
    }

    internal static void WriteGrant(ref PackedWriter writer, Grant grant)
    {
        var request = grant.Request;
        writer.Int64(grant.GrantedMicros);
        writer.Count(grant.Number);
        writer.String(request.Id);
        writer.String(request.Agreement);
        writer.String(request.Meter);
        writer.Decimal(request.Quantity);
        writer.Decimal(request.Price);
        writer.Int64(request.StartsMicros ?? long.MinValue);
        writer.Int64(request.ExpiresMicros ?? long.MaxValue);
        writer.Int64(request.Priority);
        writer.Byte((byte)request.OnExhausted);
        if (request.OnExhausted == ExhaustedPolicy.OverageUpTo)
            writer.Decimal(request.Limit!.Value);
        writer.Int64(grant.FromMicros);
    }

    internal static Grant ReadGrant(ref PackedReader reader)
    {
        var (granted, number) = (reader.Int64(), reader.Count());
        var (id, agreement, meter) = (reader.String(), reader.String(), reader.String());
        var (quantity, price) = (reader.Decimal(), reader.Decimal());
        var (starts, expires, priority) = (reader.Int64(), reader.Int64(), reader.Int64());
        var policy = (ExhaustedPolicy)reader.Byte();
        if (!Enum.IsDefined(policy) || quantity <= 0 || price < 0 || priority != (int)priority)
            throw new PackedFormatException($"grant {number} cannot be");
        decimal? limit = policy == ExhaustedPolicy.OverageUpTo ? reader.Decimal() : null;
        var request = new GrantRequest(id, agreement, meter, quantity, price, starts == long.MinValue ? null : starts,
            expires == long.MaxValue ? null : expires, (int)priority, policy, limit);
        return new Grant(number, request, granted, reader.Int64());
    }

    internal static void WriteRollover(ref PackedWriter writer, Grant grant)
    {
        writer.Byte((byte)grant.Request.Rollover);
        writer.Int64(grant.UntilMicros);
    }

    /// <summary>The same grant with what <see cref="WriteRollover"/> wrote.</summary>
    internal static Grant ReadRollover(ref PackedReader reader, Grant grant)
    {
        var rule = (RolloverRule)reader.Byte();
        var until = reader.Int64();
        return Enum.IsDefined(rule) && until >= grant.ExpiresMicros
            ? new Grant(grant.Number, grant.Request with { Rollover = rule }, grant.GrantedMicros, grant.FromMicros) { UntilMicros = until }
            : throw new PackedFormatException($"grant {grant.Number} cannot roll over");
    }

    private static void Apply(SubscriptionState state, Grant grant, in UsageCell priced)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, grant.GrantedMicros);
        state.Grants.Add(grant);
        if (grant.Request.Price == 0)
            return;
        if (priced.Number == state.NextCell)
            state.AddCell(priced);
        ref var cell = ref state.CellAt(state.PositionOf(priced.Number));
        if (cell.Identity != priced.Identity || cell.Purse != priced.Purse || !PackageCharge.Is(cell.Identity.Charge))
            throw new PackedFormatException($"cell {priced.Number} does not hold the price of grant {grant.Number}");
        state.Count(new LegAmount(priced.Number, 1, grant.Request.Price), grant.GrantedMicros);
    }
}
