// What travels when a store is copied: its description first, then rows table by table, then how many there were.
namespace OrleansBilling.Storage.Operating;

/// <summary>What a copy is of. Taken: UTC, ISO 8601. Migration: the newest one that the store has.</summary>
public sealed record CopyHeader(string Source, string Taken, int Migration, IReadOnlyList<StoredTable> Tables);

/// <summary>The end of a copy: rows of each table, in the order of the header's tables.</summary>
public sealed record CopyTrailer(IReadOnlyList<long> Rows);

/// <summary>How far a copy is. Permille: of the whole, −1 where that is not known.</summary>
public sealed record CopyStep(string Table, long Rows, long Bytes, int Permille);

/// <summary>What was copied.</summary>
public sealed record CopyResult(CopyHeader Header, CopyTrailer Trailer, long Bytes)
{
    /// <summary>Rows of all tables.</summary>
    public long Rows => Trailer.Rows.Sum();
}

/// <summary>Where a copy goes. Nothing of it can be seen before <see cref="End"/> has returned; disposing without it leaves nothing behind.</summary>
interface ICopyTarget : IAsyncDisposable
{
    Task Begin(CopyHeader header, CancellationToken cancel);

    /// <summary>Rows of a table, packed by <see cref="RowPacking"/>; chunks of one table come together.</summary>
    Task Rows(int table, int count, ReadOnlyMemory<byte> rows, CancellationToken cancel);

    Task End(CopyTrailer trailer, CancellationToken cancel);
}

/// <summary>Where a copy comes from.</summary>
interface ICopySource : IAsyncDisposable
{
    Task<CopyResult> CopyTo(ICopyTarget target, Action<CopyStep> progress, CancellationToken cancel);
}
