// Archives beside a store that is proved: their rows stand in front of those that the store has.
using System.Runtime.CompilerServices;
using OrleansBilling.Storage.Operating;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

internal sealed class ArchivedRows(IReadOnlyList<ArchiveFile> files)
{
    /// <summary>Opens files, and every *.archive of folders. Each is read to its end.</summary>
    public static async Task<ArchivedRows> Open(IEnumerable<string> places, CancellationToken cancel)
    {
        var files = new List<ArchiveFile>();
        foreach (var path in places.SelectMany(FilesOf))
            files.Add(await ArchiveFile.Open(path, cancel));
        return new ArchivedRows(files);
    }

    /// <summary>Whether all rows of a stream up to a version are here.</summary>
    public bool Has(long stream, long version) => Of(stream, version).Count > 0;

    /// <summary>A stream with its archived rows in front.</summary>
    public StreamRows Before(StreamRows stored, long version, CancellationToken cancel) => stored with
    {
        Rows = Both(stored.Number, version, stored.Rows, cancel),
        Again = () => Both(stored.Number, version, stored.Again(), cancel),
    };

    private static IEnumerable<string> FilesOf(string place) =>
        Directory.Exists(place) ? Directory.GetFiles(place, "*.archive").Order(StringComparer.Ordinal) : [place];

    private async IAsyncEnumerable<ReadRow> Both(long stream, long version, IAsyncEnumerable<ReadRow> stored, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in Of(stream, version))
        {
            await foreach (var row in file.RowsOf(stream, cancel))
            {
                var opened = row.Open();
                yield return new ReadRow(stream, row.Version, opened.Frames, opened.Checksum, null);
            }
        }

        await foreach (var row in stored.WithCancellation(cancel))
            yield return row;
    }

    // From the first row on without a gap, or nothing.
    private List<ArchiveFile> Of(long stream, long version)
    {
        var (found, last) = (new List<ArchiveFile>(), 0L);
        foreach (var file in files.Where(file => file.Of(stream) is not null).OrderBy(file => file.Of(stream)!.Value.First))
        {
            if (file.Of(stream)!.Value.First != last + 1)
                continue;
            found.Add(file);
            last = file.Of(stream)!.Value.Last;
        }

        return last == version ? found : [];
    }
}
