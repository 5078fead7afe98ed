// Most tests ask only which version an append got.
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

static class Appending
{
    public static Task<long> AppendVersion(this IStreamWriter writer, ReadOnlyMemory<byte> frames)
    {
        var append = writer.Append(frames);
        return Version(append);
    }

    static async Task<long> Version(Task<CommittedRow> append) => (await append).Version;
}
