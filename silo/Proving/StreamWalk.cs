// The streams of a store one after the other, each with its rows; those that were proved before, only when they are asked for.
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>A stream. Head is known of those that were looked at before; Again reads the rows a further time.</summary>
internal sealed record StreamRows(long Number, ProvedStream? Before, long Head, IAsyncEnumerable<ReadRow> Rows, Func<IAsyncEnumerable<ReadRow>> Again);

/// <summary>A stream and all that belongs to it.</summary>
internal sealed record StreamParts(StreamRows Stream, StreamOwner? Owner, ReadSnapshot? Snapshot, IReadOnlyList<BilledLine> Billed,
    StreamBase? Base);

internal sealed class StreamWalk(StoreReading store, ProofNotes notes)
{
    public async IAsyncEnumerable<StreamRows> All([EnumeratorCancellation] CancellationToken cancel)
    {
        var next = await notes.NextStream(cancel);
        if (next > 0)
        {
            await foreach (var (stream, head) in store.Heads(next, cancel))
                yield return new StreamRows(stream, await notes.Find(stream, cancel), head, store.RowsOf(stream, cancel), () => store.RowsOf(stream, cancel));
        }

        await using var rows = new Cursor<ReadRow>(store.Rows(next, cancel), row => row.Stream);
        while (await rows.Peek() is { } first)
        {
            var stream = first.Stream;
            yield return new StreamRows(stream, null, 0, rows.While(stream), () => store.RowsOf(stream, cancel));
            // Whoever gave up in the middle of a stream has left the rest of it.
            await foreach (var _ in rows.While(stream))
                continue;
        }
    }
}

/// <summary>Reads ahead by one, so that several ordered readings can be merged by stream.</summary>
internal sealed class Cursor<T>(IAsyncEnumerable<T> source, Func<T, long> streamOf) : IAsyncDisposable where T : class
{
    private readonly IAsyncEnumerator<T> reading = source.GetAsyncEnumerator();
    private T? ahead;
    private bool begun;

    public async ValueTask<T?> Peek()
    {
        if (!begun)
            await Step();
        return ahead;
    }

    public async IAsyncEnumerable<T> While(long stream)
    {
        while (await Peek() is { } one && streamOf(one) == stream)
        {
            await Step();
            yield return one;
        }
    }

    /// <summary>Those of smaller streams.</summary>
    public async IAsyncEnumerable<T> Before(long stream)
    {
        while (await Peek() is { } one && streamOf(one) < stream)
        {
            await Step();
            yield return one;
        }
    }

    /// <summary>Those of a stream; what is before it is passed over.</summary>
    public async Task<IReadOnlyList<T>> Take(long stream)
    {
        await foreach (var _ in Before(stream))
            continue;
        var taken = new List<T>();
        await foreach (var one in While(stream))
            taken.Add(one);
        return taken;
    }

    public ValueTask DisposeAsync() => reading.DisposeAsync();

    private async Task Step()
    {
        begun = true;
        ahead = await reading.MoveNextAsync() ? reading.Current : null;
    }
}

/// <summary>Tells whether the lines of a subscription are the same as the last time.</summary>
internal static class BilledDigest
{
    public static long Of(IReadOnlyList<BilledLine> lines)
    {
        if (lines.Count == 0)
            return 0;
        // The order of lines of one stream is nobody's business.
        var texts = lines.Select(line => $"{line.Document}\n{line.Number}\n{line.Net}\n{line.Child}\n{line.LineNumber}\n{line.Amount}\n{line.Quantity}\n{line.Body}")
            .Order(StringComparer.Ordinal);
        return unchecked((long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(string.Join('\n', texts))));
    }
}
