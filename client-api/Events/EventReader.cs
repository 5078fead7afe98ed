// Cuts a request body into events: one, a JSON array, or one per line of any length of stream.
using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using OrleansBilling.Billing;

namespace OrleansBilling.ClientApi.Events;

/// <summary>A body that cannot be cut into events at all: nothing of it is taken.</summary>
public sealed class EventBodyException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>400 or 413.</summary>
    public int Status { get; } = status;
    /// <summary>Stable code.</summary>
    public string Code { get; } = code;
}

/// <summary>Reads from the pipe; lines and elements are handed on without copying where they lie in one segment.</summary>
internal static class EventReader
{
    private const string TooLarge = "body_too_large";

    /// <summary>Hands on the whole body, at most <see cref="Limits.BodyBytesMax"/>; it is valid during the call.</summary>
    public static async Task Whole(PipeReader pipe, Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancel);
            var tooLarge = read.Buffer.Length > Limits.BodyBytesMax;
            if (!tooLarge && !read.IsCompleted)
            {
                pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                if (tooLarge)
                    throw new EventBodyException(413, TooLarge, $"A body that is not streamed has at most {Limits.BodyBytesMax} bytes: send NDJSON.");
                take(Contiguous(read.Buffer));
                return;
            }
            finally
            {
                // A read that is not given back costs the connection.
                pipe.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>Adds every element of a JSON array. A malformed array takes nothing.</summary>
    public static void AddBatch(ReadOnlyMemory<byte> body, EventChunk chunk)
    {
        try
        {
            // The parser judges how deep an event may be, so that one that is too deep is refused alone.
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                throw new EventBodyException(400, "invalid_request", "A batch is a JSON array of events.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (chunk.Count == Limits.ChunkEventsMax)
                    throw new EventBodyException(413, TooLarge, $"A batch has at most {Limits.ChunkEventsMax} events: send NDJSON.");
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                chunk.Add(body[start..(int)reader.BytesConsumed]);
            }

            if (reader.Read())
                throw new EventBodyException(400, "invalid_request", "Something follows the batch.");
        }
        catch (JsonException fault)
        {
            throw new EventBodyException(400, "invalid_request", $"The batch is not JSON: line {fault.LineNumber + 1}, position {fault.BytePositionInLine}.");
        }
    }

    /// <summary>
    /// Adds complete lines until the chunk is full, the body ends, or (on a stream without length) nothing more has arrived. True: more may come.
    /// </summary>
    public static async Task<bool> AddLines(PipeReader pipe, EventChunk chunk, bool waitForMore, CancellationToken cancel)
    {
        while (true)
        {
            if (!pipe.TryRead(out var read))
            {
                if (chunk.Count > 0 && !waitForMore)
                    return true;
                read = await pipe.ReadAsync(cancel);
            }

            var rest = read.Buffer;
            var full = Take(ref rest, chunk);
            if (!full && read.IsCompleted)
            {
                AddLine(rest, chunk);
                pipe.AdvanceTo(read.Buffer.End);
                return false;
            }

            if (!full && rest.Length > Limits.EventBytesMax + 2)
            {
                // Refused alone like any other line, however its bytes arrive; the rest of it is never kept.
                AddLine(rest, chunk);
                pipe.AdvanceTo(rest.End);
                await SkipLine(pipe, cancel);
                continue;
            }

            // What is left of a full chunk has not been looked at: it must count as unread, or the pipe waits for more.
            pipe.AdvanceTo(rest.Start, full ? rest.Start : read.Buffer.End);
            if (full)
                return true;
        }
    }

    private static async Task SkipLine(PipeReader pipe, CancellationToken cancel)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancel);
            var end = read.Buffer.PositionOf((byte)'\n');
            pipe.AdvanceTo(end is { } at ? read.Buffer.GetPosition(1, at) : read.Buffer.End);
            if (end is not null || read.IsCompleted)
                return;
        }
    }

    private static bool Take(ref ReadOnlySequence<byte> rest, EventChunk chunk)
    {
        while (chunk.Count < Limits.ChunkEventsMax)
        {
            if (rest.PositionOf((byte)'\n') is not { } end)
                return false;
            AddLine(rest.Slice(0, end), chunk);
            rest = rest.Slice(rest.GetPosition(1, end));
        }

        return true;
    }

    private static void AddLine(ReadOnlySequence<byte> line, EventChunk chunk)
    {
        var bytes = Contiguous(line);
        if (bytes.Length > 0 && bytes.Span[^1] == '\r')
            bytes = bytes[..^1];
        if (bytes.Length > 0)
            chunk.Add(bytes);
    }

    private static ReadOnlyMemory<byte> Contiguous(ReadOnlySequence<byte> bytes) => bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
}
