// Loads a wallet for a new activation: definition, snapshot and tail.
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Recovery is snapshot plus tail; without a usable snapshot, all rows.</summary>
public sealed class WalletLoader(IDefinitionStore definitions, IJournal journal, ISnapshots snapshots, ILogger<WalletLoader> log)
{
    /// <summary>The stored definition with its stream, or null.</summary>
    public async Task<(Wallet Definition, long Stream)?> Definition(string id, CancellationToken cancel) =>
        await definitions.Get(DefinitionKinds.Wallet, id, cancel) is { } stored
            ? (Billing.Json.Definitions.Stored<Wallet>(stored.Body), stored.Stream)
            : null;

    /// <summary><c>partner:nordreach</c>, <c>customer:alfa</c>: how a refusal names the level whose wallet it is. Never changes.</summary>
    public async Task<string> Level(Wallet wallet, CancellationToken cancel) =>
        await definitions.Get(DefinitionKinds.Partner, wallet.Owner, cancel) is null
            ? $"{DefinitionKinds.Customer}:{wallet.Owner}"
            : $"{DefinitionKinds.Partner}:{wallet.Owner}";

    /// <summary>The zone of its days: its own, that of the partner that owns it or whose customer does, else UTC.</summary>
    public async Task<DateTimeZone> Zone(Wallet wallet, CancellationToken cancel)
    {
        var named = wallet.TimeZone;
        if (named is null && (wallet.DailyLimit is not null || wallet.AutoTopUp is not null))
        {
            var partner = await definitions.Get(DefinitionKinds.Customer, wallet.Owner, cancel) is { } customer ? customer.Parent : wallet.Owner;
            if (partner is not null && await definitions.Get(DefinitionKinds.Partner, partner, cancel) is { } stored)
                named = Billing.Json.Definitions.Stored<Partner>(stored.Body).TimeZone;
        }

        return named is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb[named];
    }

    /// <summary>A session at the stream's committed head. Throws <see cref="JournalCorruptException"/> or a format exception on damage.</summary>
    public async Task<WalletSession> Open(Wallet wallet, long stream, CancellationToken cancel)
    {
        var loaded = await journal.Load(stream, cancel);
        var state = loaded.Snapshot is { } snapshot ? WalletSnapshot.Read(snapshot.State.Span, wallet.Parent) : null;
        var tail = loaded.Tail;
        if (state is null && loaded.Snapshot is not null)
            tail = await All(stream, loaded.Head, cancel);
        state ??= new WalletState(wallet.Parent);
        long tailBytes = 0;
        foreach (var row in tail)
        {
            WalletReplay.Apply(state, row.Frames.Span);
            tailBytes += row.Frames.Length;
        }

        return new WalletSession(stream, state, journal.Open(stream, loaded.Head), journal, snapshots, tailBytes, log);
    }

    private async Task<IReadOnlyList<JournalRow>> All(long stream, long head, CancellationToken cancel)
    {
        var rows = new List<JournalRow>();
        await foreach (var row in journal.Read(stream, 1, head, cancel))
            rows.Add(row);
        return rows;
    }
}
