// GET /v1/subscriptions/{id}/events: message history, straight from the journal, streamed.
using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.ClientApi.Events;

internal static class EventHistory
{
    public static async Task Get(HttpContext context, string id, IDefinitionStore definitions, IJournal journal, IPartyTree tree)
    {
        var caller = context.Features.GetRequiredFeature<ApiCaller>();
        var cancel = context.RequestAborted;
        if (await definitions.Get(DefinitionKinds.Subscription, id, cancel) is not { } stored
            || await When(caller, stored, tree, cancel) is not { Count: > 0 } when)
        {
            await EventProblems.Write(context, 404, "not_found", $"There is no subscription \"{id}\".", null);
            return;
        }

        if (!Bound(context, "from", long.MinValue, out var from) || !Bound(context, "to", long.MaxValue, out var to))
        {
            await EventProblems.Write(context, 400, "invalid_request", "from and to must be RFC 3339 instants with an offset, e.g. 2025-05-12T09:30:00Z.",
                null);
            return;
        }

        var begin = await journal.Base(stored.Stream, cancel);
        if (begin is not null && from <= begin.ThroughMicros)
            throw new JournalArchivedException(stored.Stream, begin);
        var visible = await VisibleAgreements(Definitions.Stored<Subscription>(stored.Body), caller, definitions, cancel);
        var csv = context.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        var writer = new HistoryWriter(context.Response.BodyWriter, visible, when, from, to, csv);
        writer.Begin(begin, stored.Stream);
        await foreach (var row in journal.Read(stored.Stream, (begin?.Version ?? 0) + 1, long.MaxValue, cancel))
        {
            SubscriptionReplay.Visit(row.Frames.Span, writer);
            if (writer.Unflushed > 64 * 1024)
                await writer.Flush(cancel);
        }

        await writer.Flush(cancel);
    }

    // Who has left the caller's subtree is told of until then, who has come from then on. What served at another time only is not the caller's.
    private static async ValueTask<IReadOnlyList<InstantSpan>> When(ApiCaller caller, Definition stored, IPartyTree tree, CancellationToken cancel)
    {
        if (caller.Party is not { } party)
            return [InstantSpan.Always];
        var when = await tree.WhenBelow(party, stored.Parent!, cancel);
        var subscription = Definitions.Stored<Subscription>(stored.Body);
        return when.Any(span => span.From < (subscription.EndsAt ?? Instant.MaxValue) && subscription.StartsAt < span.Until) ? when : [];
    }

    private static bool Bound(HttpContext context, string name, long open, out long micros)
    {
        micros = open;
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
            return true;
        if (!InstantAsRfc3339.TryParse(text, out Instant instant, out _))
            return false;
        micros = Micros.Of(instant);
        return true;
    }

    // Amounts are shown on legs in which the caller sells or buys (domain 0.3, rule 31); quantities always.
    private static async Task<IReadOnlySet<string>?> VisibleAgreements(Subscription subscription, ApiCaller caller, IDefinitionStore definitions,
        CancellationToken cancel)
    {
        if (caller.Party is null)
            return null;
        var visible = new HashSet<string>();
        foreach (var leg in subscription.Legs)
        {
            var stored = await definitions.Get(DefinitionKinds.Agreement, leg.Agreement, cancel);
            var agreement = Definitions.Stored<Agreement>(stored!.Body);
            if (agreement.Seller == caller.Party || agreement.Buyer == caller.Party)
                visible.Add(leg.Agreement);
        }

        return visible;
    }
}

/// <summary>Writes events as lines of JSON or CSV while the rows go by.</summary>
internal sealed class HistoryWriter(System.IO.Pipelines.PipeWriter pipe, IReadOnlySet<string>? visible, IReadOnlyList<InstantSpan> when,
    long from, long to, bool csv) : UsageVisitor
{
    private const int QuantityColumn = 5;
    private readonly Dictionary<int, CellIdentity> cells = [];
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private long recorded;

    public int Unflushed => buffer.WrittenCount;

    /// <summary>What stands before the first row: names of columns, and totals that archived rows have defined.</summary>
    public void Begin(StreamBase? begin, long stream)
    {
        if (begin is not null)
        {
            foreach (ref readonly var cell in (SubscriptionSnapshot.Read(begin.State.Span) ?? throw new JournalArchivedException(stream, begin)).Cells)
                cells[cell.Number] = cell.Identity;
        }

        if (csv)
            CsvLine.Write(buffer, QuantityColumn, "time", "recorded_at", "source", "id", "meter", "quantity", "dimensions", "amounts");
    }

    public override void Begin(long recordedMicros) => recorded = recordedMicros;

    public override void Cell(int number, int purse, CellIdentity identity) => cells[number] = identity;

    public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        if (record.TimeMicros < from || record.TimeMicros >= to || (when[0] != InstantSpan.Always && !IsSeen(record.TimeMicros)))
            return;
        if (csv)
            Csv(record, legs);
        else
            Json(record, legs);
    }

    private bool IsSeen(long timeMicros) => when.Any(span => span.Contains(Micros.Instant(timeMicros)));

    public async Task Flush(CancellationToken cancel)
    {
        await pipe.WriteAsync(buffer.WrittenMemory, cancel);
        buffer.ResetWrittenCount();
    }

    private void Json(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, record.Id);
            var backfill = BackfillName.Of(record.Source);
            writer.WriteString("source"u8, backfill.Exists ? backfill.Source : record.Source);
            if (backfill.Exists)
                writer.WriteString("backfill"u8, backfill.Id);
            writer.WriteString("type"u8, record.Meter);
            writer.WriteString("time"u8, Text(record.TimeMicros));
            writer.WriteString("recorded_at"u8, Text(recorded));
            writer.WriteString("quantity"u8, Number(record.Quantity));
            if (Correction.Is(record))
                WriteCorrected(writer, Correction.RequestOf(record));
            else
                WriteDimensions(writer, "dimensions", record);
            writer.WriteStartArray("legs"u8);
            for (var from = 0; from < legs.Length;)
                WriteLeg(writer, Leg(legs, ref from));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    // One leg, whose parts follow each other: what packages covered, then what the plan priced, which names the leg where there is some, then surcharges.
    private ToldLeg Leg(ReadOnlySpan<LegAmount> legs, ref int from)
    {
        var (cell, amount, covered, surcharges) = (legs[from].Cell, 0m, 0m, new List<(string Charge, decimal Amount)>());
        do
        {
            var part = legs[from];
            if (Surcharge.Is(cells[part.Cell].Charge)) surcharges.Add((Surcharge.ChargeOf(cells[part.Cell].Charge), part.Amount));
            else cell = part.Cell;
            (amount, covered) = (amount + part.Amount, covered + (part.Grant == 0 ? 0 : part.Quantity));
            from++;
        }
        while (from < legs.Length && legs[from].IsFurther);
        return new ToldLeg(cell, amount, covered, surcharges);
    }

    private sealed record ToldLeg(int Cell, decimal Amount, decimal Covered, IReadOnlyList<(string Charge, decimal Amount)> Surcharges);

    private void WriteLeg(Utf8JsonWriter writer, ToldLeg leg)
    {
        var cell = cells[leg.Cell];
        if (visible is not null && !visible.Contains(cell.Agreement))
            return;
        writer.WriteStartObject();
        writer.WriteString("agreement"u8, cell.Agreement);
        writer.WriteString("plan"u8, cell.Plan);
        writer.WriteNumber("plan_version"u8, cell.PlanVersion);
        writer.WriteString("charge"u8, cell.Charge);
        writer.WriteString("period"u8, cell.Period.Label);
        writer.WriteString("amount"u8, Number(leg.Amount));
        if (leg.Covered != 0)
            writer.WriteString("from_packages"u8, Number(leg.Covered));
        if (leg.Surcharges.Count > 0)
        {
            // Part of the amount.
            writer.WriteStartObject("surcharges"u8);
            foreach (var (charge, amount) in leg.Surcharges)
                writer.WriteString(charge, Number(amount));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // What it corrects instead of dimensions; its quantity and amounts are the change.
    private static void WriteCorrected(Utf8JsonWriter writer, CorrectionRequest request)
    {
        writer.WriteStartObject("corrects"u8);
        writer.WriteString("source"u8, request.Source);
        writer.WriteString("id"u8, request.EventId);
        writer.WriteString("time"u8, Text(request.TimeMicros));
        writer.WriteEndObject();
        writer.WriteString("action"u8, request.Delivery is not null ? "delivery_report" : request.Quantity is null ? "retract" : "amend");
        if (request.Delivery is { } state)
            writer.WriteString("state"u8, state);
        writer.WriteString("reason"u8, request.Reason);
    }

    private static void WriteDimensions(Utf8JsonWriter writer, string? member, in UsageRecord record)
    {
        if (member is not null)
            writer.WritePropertyName(member);
        writer.WriteStartObject();
        var pairs = record.Dimensions;
        while (pairs.Next(out var name, out var value))
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private void Csv(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        var dimensions = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(dimensions))
            WriteDimensions(writer, null, record);
        var amounts = new List<string>();
        for (var from = 0; from < legs.Length;)
        {
            var leg = Leg(legs, ref from);
            if (visible is null || visible.Contains(cells[leg.Cell].Agreement))
                amounts.Add($"{cells[leg.Cell].Agreement}={Number(leg.Amount)}");
        }

        CsvLine.Write(buffer, QuantityColumn, Text(record.TimeMicros), Text(recorded), System.Text.Encoding.UTF8.GetString(record.Source),
            System.Text.Encoding.UTF8.GetString(record.Id), System.Text.Encoding.UTF8.GetString(record.Meter), Number(record.Quantity),
            System.Text.Encoding.UTF8.GetString(dimensions.WrittenSpan), string.Join(' ', amounts));
    }

    private static string Text(long micros) => NodaTime.Text.InstantPattern.ExtendedIso.Format(Micros.Instant(micros));

    private static string Number(decimal value) => value.ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture);
}
