// Reads an answer to posted events and notes the verdict on each event; says when counts and list contradict each other.
using System.Text.Json;

namespace OrleansBilling.LoadTests.Client;

static class EventAnswerReader
{
    /// <summary>Every event that is not listed was accepted. A fault is a contradiction within the answer.</summary>
    public static string? Note(ReadOnlySpan<byte> body, Span<SentEvent> events)
    {
        foreach (ref var one in events)
            one.Verdict = Verdict.Accepted;
        var reader = new Utf8JsonReader(body);
        var (accepted, listed) = (-1L, 0);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.ValueTextEquals("results"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!NoteOne(ref reader, events))
                        return "the answer lists an event that was not sent";
                    listed++;
                }

                continue;
            }

            if (!reader.ValueTextEquals("accepted"u8))
                continue;
            reader.Read();
            accepted = reader.GetInt64();
        }

        return accepted + listed == events.Length ? null : $"the answer counts {accepted} accepted and lists {listed} of {events.Length} events";
    }

    static bool NoteOne(ref Utf8JsonReader reader, Span<SentEvent> events)
    {
        var (high, low, verdict) = (0UL, 0UL, Verdict.Unanswered);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isId, isStatus) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("status"u8));
            reader.Read();
            if (isId)
                EventTemplate.TryReadId(reader.ValueSpan, out high, out low);
            else if (isStatus)
                verdict = VerdictOf(reader.ValueSpan);
        }

        foreach (ref var one in events)
        {
            if (one.IdLow != low || one.IdHigh != high || one.Verdict != Verdict.Accepted)
                continue;
            one.Verdict = verdict;
            return true;
        }

        return false;
    }

    static Verdict VerdictOf(ReadOnlySpan<byte> word) => word.Length switch
    {
        9 => Verdict.Duplicate,
        7 => Verdict.Unknown,
        8 when word[0] == (byte)'c' => Verdict.Conflict,
        8 when word[0] == (byte)'r' => Verdict.Rejected,
        _ => throw new JsonException("An event has a status that the API does not know."),
    };
}
