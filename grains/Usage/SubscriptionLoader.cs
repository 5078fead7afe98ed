// Loads a subscription for a new activation: definition, snapshot and tail, keys of older id parts.
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>Recovery is snapshot plus tail; without a usable snapshot, all rows.</summary>
public sealed class SubscriptionLoader(IDefinitionStore definitions, IJournal journal, ISnapshots snapshots, IEventIdStore eventIds, EventIdCache cache,
    BillingClock clock, ILogger<SubscriptionLoader> log)
{
    /// <summary>The stored definition with its stream and version, or null.</summary>
    public async Task<(Subscription Definition, long Stream, int Version)?> Definition(string id, CancellationToken cancel) =>
        await definitions.Get(DefinitionKinds.Subscription, id, cancel) is { } stored
            ? (Billing.Json.Definitions.Stored<Subscription>(stored.Body), stored.Stream, stored.Version)
            : null;

    /// <summary>
    /// A session at the stream's committed head. Throws <see cref="JournalCorruptException"/> or <see cref="PackedFormatException"/> on damage.
    /// </summary>
    public async Task<SubscriptionSession> Open(long stream, CancellationToken cancel)
    {
        var loaded = await journal.Load(stream, cancel);
        var state = loaded.Snapshot is { } snapshot ? SubscriptionSnapshot.Read(snapshot.State.Span) : null;
        var tail = loaded.Tail;
        if (state is null && loaded.Snapshot is not null)
            (state, tail) = await All(stream, loaded.Head, cancel);
        state ??= new SubscriptionState();
        long tailBytes = 0;
        foreach (var row in tail)
        {
            SubscriptionReplay.Apply(state, row.Version, row.Frames.Span, row.Checksum);
            tailBytes += row.Frames.Length;
        }

        var oldestDay = (int)((clock.Now - Limits.IdRetention) - NodaConstants.UnixEpoch).Days;
        state.Ids.RemoveBefore(oldestDay);
        state.Corrections.Forget(Micros.Of(clock.Now - Limits.IdRetention));
        state.ForgetGrants(Micros.Of(clock.Now - Limits.IdRetention));
        state.ArchiveCells(clock.Now - Limits.IdRetention);
        var older = new OlderIds(stream, journal, eventIds, cache);
        foreach (var part in loaded.Head == 0 ? [] : await eventIds.List(stream, oldestDay, cancel))
            older.AddPart(part);
        return new SubscriptionSession(stream, state, journal.Open(stream, loaded.Head), journal, snapshots, older, tailBytes, log);
    }

    // From the beginning: the first row, or the base where older rows are in an archive.
    private async Task<(SubscriptionState?, IReadOnlyList<JournalRow>)> All(long stream, long head, CancellationToken cancel)
    {
        var (begin, rows) = (await journal.Base(stream, cancel), new List<JournalRow>());
        await foreach (var row in journal.Read(stream, (begin?.Version ?? 0) + 1, head, cancel))
            rows.Add(row);
        if (begin is null)
            return (null, rows);
        var state = SubscriptionSnapshot.Read(begin.State.Span) ?? throw new PackedFormatException($"The base of stream {stream} at row {begin.Version} was "
            + $"written by another version. Put its rows back: ./store unarchive with the file of archive {begin.Archive}");
        return (state, rows);
    }
}
