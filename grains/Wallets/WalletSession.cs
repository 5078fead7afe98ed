// One activation's hold on its wallet's stream.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Wallets;

/// <summary>A <see cref="StreamSession"/> with a wallet's state.</summary>
public sealed class WalletSession(long stream, WalletState state, IStreamWriter writer, IJournal journal, ISnapshots snapshots, long tailBytes, ILogger log)
    : StreamSession(stream, writer, journal, snapshots, tailBytes, log)
{
    /// <summary>Credits, limits, children.</summary>
    public WalletState State => state;

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> PackState() => WalletSnapshot.Write(state);

    /// <inheritdoc/>
    protected override void Committed(CommittedRow row, bool newRow, long first, int count)
    {
        // Nothing in the state names a row.
    }
}
