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
        var (accepted, listed, next) = (-1L, 0, 0);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.ValueTextEquals("results"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!NoteOne(ref reader, events, ref next))
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

    // Results come in the order of the events: the search goes on where the last one was found, and around.
    static bool NoteOne(ref Utf8JsonReader reader, Span<SentEvent> events, ref int next)
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

        for (var looked = 0; looked < events.Length; looked++)
        {
            ref var one = ref events[(next + looked) % events.Length];
            if (one.IdLow != low || one.IdHigh != high || one.Verdict != Verdict.Accepted)
                continue;
            one.Verdict = verdict;
            next += looked + 1;
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
