// The answer to posted events: counts, and a line for every event that was not accepted (or for all).
using System.Buffers;
using System.Text.Json;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.ClientApi.Events;

/// <summary>Words of outcomes in the API.</summary>
internal static class OutcomeWords
{
    /// <summary>accepted, duplicate, conflict, rejected or unknown.</summary>
    public static string Status(UsageOutcome outcome) => outcome switch
    {
        UsageOutcome.Accepted => "accepted",
        UsageOutcome.Duplicate => "duplicate",
        UsageOutcome.Conflict => "conflict",
        UsageOutcome.Unknown => "unknown",
        _ => "rejected",
    };

    /// <summary>Code of a refusal, or null.</summary>
    public static string? Code(UsageOutcome outcome) => outcome switch
    {
        UsageOutcome.UnknownSubscription => "unknown_subscription",
        UsageOutcome.SubscriptionNotActive => "subscription_not_active",
        UsageOutcome.UnknownMeter => "unknown_meter",
        UsageOutcome.NoPrice => "no_price",
        UsageOutcome.TooLate => "too_late",
        UsageOutcome.InTheFuture => "in_the_future",
        UsageOutcome.InvalidEvent => "invalid_event",
        UsageOutcome.InsufficientFunds => "insufficient_funds",
        UsageOutcome.UpstreamCredit => "upstream_credit",
        UsageOutcome.InsufficientAllowance => "insufficient_allowance",
        UsageOutcome.BackfillClosed => "backfill_closed",
        UsageOutcome.TooRecent => "too_recent",
        UsageOutcome.BackfillFull => "backfill_full",
        UsageOutcome.PartnerSuspended => "partner_suspended",
        UsageOutcome.Unfunded => "subscription_unfunded",
        UsageOutcome.TooManyReadings => "too_many_readings",
        _ => null,
    };
}

/// <summary>Collects results over the chunks of one request. Results beyond the bound are counted, not listed.</summary>
internal sealed class EventAnswer(bool listAll)
{
    private ArrayBufferWriter<byte>? buffer;
    private Utf8JsonWriter? results;
    private int listed;
    private bool truncated;

    public long Accepted { get; private set; }
    public long Duplicate { get; private set; }
    public long Conflict { get; private set; }
    public long Rejected { get; private set; }
    public long Unknown { get; private set; }

    /// <summary>Counts a chunk and lists what is to be listed.</summary>
    public void Add(EventChunk chunk)
    {
        for (var index = 0; index < chunk.Count; index++)
        {
            switch (chunk.Events[index].Outcome)
            {
                case UsageOutcome.Accepted:
                    Accepted++;
                    if (!listAll)
                        continue;
                    break;
                case UsageOutcome.Duplicate: Duplicate++; break;
                case UsageOutcome.Conflict: Conflict++; break;
                case UsageOutcome.Unknown: Unknown++; break;
                default: Rejected++; break;
            }

            if (listed++ >= Limits.ResultsMax)
                truncated = true;
            else
                List(chunk, index);
        }
    }

    /// <summary>Writes the members of the answer into an object that is open.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteNumber("accepted"u8, Accepted);
        writer.WriteNumber("duplicate"u8, Duplicate);
        writer.WriteNumber("conflict"u8, Conflict);
        writer.WriteNumber("rejected"u8, Rejected);
        writer.WriteNumber("unknown"u8, Unknown);
        writer.WritePropertyName("results"u8);
        if (results is null)
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }
        else
        {
            results.WriteEndArray();
            results.Flush();
            writer.WriteRawValue(buffer!.WrittenSpan, skipInputValidation: true);
        }

        if (truncated)
            writer.WriteBoolean("results_truncated"u8, true);
    }

    /// <summary>One result as an object. An event whose id could not be read is named by its place among the events of the request.</summary>
    public static void WriteResult(Utf8JsonWriter writer, EventChunk chunk, int index)
    {
        ref readonly var one = ref chunk.Events[index];
        writer.WriteStartObject();
        writer.WriteString("id"u8, chunk.IdOf(one));
        if (one.IdLength == 0)
            writer.WriteNumber("position"u8, chunk.Before + index + 1);
        writer.WriteString("status"u8, OutcomeWords.Status(one.Outcome));
        if (OutcomeWords.Code(one.Outcome) is { } code)
            writer.WriteString("code"u8, code);
        if (one.Fault is not null)
            writer.WriteString("detail"u8, one.Fault);
        if (one.LimitingLevel is not null)
            writer.WriteString("limiting_level"u8, one.LimitingLevel);
        writer.WriteEndObject();
    }

    private void List(EventChunk chunk, int index)
    {
        if (results is null)
        {
            buffer = new ArrayBufferWriter<byte>(256);
            results = new Utf8JsonWriter(buffer);
            results.WriteStartArray();
        }

        WriteResult(results, chunk, index);
    }
}
