// Bounds of the commands that look after a store: copies.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Rows of a copy travel in chunks of about so many bytes before compression; one row more than that is a chunk of its own.</summary>
    public const int CopiedChunkBytes = 1 << 20;

    /// <summary>A chunk of a backup file that says to be larger is not believed.</summary>
    public const int BackupChunkBytesMax = 1 << 30;
}
