// Bounds of what is kept between requests that bring usage.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Chunks that wait for the next request, with what their buffers have grown to.</summary>
    public const int ChunksKept = 64;

    /// <summary>Bytes of records above which a chunk's buffers are let go after the request.</summary>
    public const int ChunkKeptBytesMax = 256 * 1024;
}
