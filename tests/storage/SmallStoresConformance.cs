// What the small stores promise: event ids, closing, keys, idempotent answers, settings.
using NodaTime;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

public sealed class SmallStoresOnPostgres(PostgresPlace place) : SmallStoresConformance(place), IClassFixture<PostgresPlace>;

public sealed class SmallStoresOnSqlite(SqlitePlace place) : SmallStoresConformance(place), IClassFixture<SqlitePlace>;

public abstract class SmallStoresConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 2, 1, 12, 0) + Duration.FromNanoseconds(123_456_000L);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}";

    IClosingStore Closing => place.Store.Closing;

    [Fact]
    public async Task event_id_parts_come_back_as_they_were_and_are_written_once()
    {
        var stream = place.NewStream();
        var part = new EventIdPart(new(stream, 20_000, 5, 900), [0, 7, 7, uint.MaxValue], [900, 5, 6, 333]);
        await Task.WhenAll(place.Store.EventIds.Add(part, cancel), place.Store.EventIds.Add(part, cancel));
        await place.Store.EventIds.Add(new(new(stream, 20_001, 901, 901), [1], [901]), cancel);
        (await place.Store.EventIds.List(stream, 20_000, cancel)).Select(one => one.Key).ShouldBe([part.Key, new(stream, 20_001, 901, 901)]);
        (await place.Store.EventIds.List(stream, 20_001, cancel)).Count.ShouldBe(1);
        (await Loaded(part.Key)).ShouldBe(part.Versions.Zip(part.Fingerprints));
        (await place.Store.EventIds.Load(part.Key with { LastVersion = 901 }, cancel)).ShouldBeNull();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4_096)]
    public async Task listed_event_id_parts_say_about_how_many_ids_they_have(int count)
    {
        var stream = place.NewStream();
        foreach (var (day, rows) in (IEnumerable<(int, int)>)[(20_001, 1), (20_002, count / 20 + 1), (20_003, 1 << 20)])
        {
            var versions = Enumerable.Range(0, count).Select(at => 1 + (long)at * rows / count).ToArray();
            await place.Store.EventIds.Add(new(new(stream, day, 1, rows), new uint[count], versions), cancel);
        }
        foreach (var part in await place.Store.EventIds.List(stream, 0, cancel)) part.IdsAbout.ShouldBeInRange(count * 2 / 3, count * 4 / 3);
    }

    [Fact]
    public async Task event_id_parts_are_merged_into_one_that_holds_what_they_held_once()
    {
        var stream = place.NewStream();
        EventIdPart[] parts =
        [
            new(new(stream, 20_007, 1, 4), [1, 5, 9], [1, 4, 2]), new(new(stream, 20_007, 3, 8), [2, 5, 5], [7, 8, 4]),
            new(new(stream, 20_007, 10, 12), [0, 9], [10, 12]),
        ];
        EventIdPart[] others =
        [
            new(new(stream, 20_007, 13, 14), [1], [13]), new(new(stream, 20_008, 1, 4), [1], [1]), new(new(-stream, 20_007, 1, 4), [1], [1]),
        ];
        await Task.WhenAll(parts.Concat(others).Select(part => place.Store.EventIds.Add(part, cancel)));
        var merged = (await place.Store.EventIds.Merge(parts, cancel)).ShouldNotBeNull();
        merged.Key.ShouldBe(new(stream, 20_007, 1, 12));
        (await Loaded(merged.Key)).ShouldBe([(10L, 0u), (1L, 1u), (7L, 2u), (4L, 5u), (8L, 5u), (2L, 9u), (12L, 9u)], ignoreOrder: true);
        merged.Versions.Zip(merged.Fingerprints).ShouldBe(await Loaded(merged.Key));
        (await place.Store.EventIds.List(stream, 0, cancel)).Select(one => one.Key).ShouldBe([merged.Key, others[0].Key, others[1].Key]);
        (await place.Store.EventIds.List(-stream, 0, cancel)).Count.ShouldBe(1);
        (await place.Store.EventIds.Load(parts[0].Key, cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task event_id_parts_are_merged_into_the_one_that_covers_them()
    {
        var stream = place.NewStream();
        EventIdPart[] parts = [new(new(stream, 20_007, 1, 9), [1], [1]), new(new(stream, 20_007, 2, 4), [2], [3])];
        foreach (var part in parts) await place.Store.EventIds.Add(part, cancel);
        (await place.Store.EventIds.Merge(parts, cancel)).ShouldNotBeNull();
        (await place.Store.EventIds.List(stream, 0, cancel)).Single().Key.ShouldBe(parts[0].Key);
        (await Loaded(parts[0].Key)).ShouldBe([(1L, 1u), (3L, 2u)]);
    }

    [Fact]
    public async Task a_merge_that_comes_too_late_changes_nothing()
    {
        var stream = place.NewStream();
        EventIdPart[] parts = [new(new(stream, 20_007, 1, 2), [1], [1]), new(new(stream, 20_007, 3, 4), [2], [3]), new(new(stream, 20_007, 1, 4), [3], [4])];
        await Task.WhenAll(parts.Select(part => place.Store.EventIds.Add(part, cancel)));
        // Its name is taken by a part that is not merged, and then one of them is not there.
        (await place.Store.EventIds.Merge(parts[..2], cancel)).ShouldBeNull();
        (await place.Store.EventIds.Merge([.. parts, new(new(stream, 20_007, 5, 6), [1], [5])], cancel)).ShouldBeNull();
        (await place.Store.EventIds.List(stream, 0, cancel)).Count.ShouldBe(3);
        foreach (var part in parts) (await Loaded(part.Key)).ShouldBe(part.Versions.Zip(part.Fingerprints));
    }

    [Fact]
    public async Task old_event_id_parts_are_purged()
    {
        var stream = place.NewStream();
        foreach (var day in (int[])[10, 11, 12]) await place.Store.EventIds.Add(new(new(stream, day, 1, 1), [1], [1]), cancel);
        (await place.Store.EventIds.Purge(12, cancel)).ShouldBe(2);
        (await place.Store.EventIds.List(stream, 0, cancel)).Single().Key.Day.ShouldBe(12);
    }

    [Fact]
    public async Task a_run_is_started_once_per_calendar_and_period()
    {
        var (run, items) = (Run("2025-01"), new[] { Item("2025-01", "a"), Item("2025-01", "b") });
        (await Closing.Start(run, items, cancel)).ShouldBe(run);
        (await Closing.Start(run with { StartedAt = Now + Duration.FromDays(1) }, [Item("2025-01", "c")], cancel)).ShouldBe(run);
        (await Closing.Items(run.Id, null, null, 10, cancel)).ShouldBe(items);
        (await Closing.Get(run.Id, cancel)).ShouldBe(run);
    }

    [Fact]
    public async Task items_are_updated_counted_paged_and_retried()
    {
        var run = await Closing.Start(Run("2025-01"), [.. Enumerable.Range(0, 5).Select(i => Item("2025-01", $"a{i}"))], cancel);
        await Task.WhenAll(
            Closing.Update(Item("2025-01", "a0") with { State = CloseItemState.Failed, Reason = "no price", Attempts = 1 }, cancel),
            Closing.Update(Item("2025-01", "a1") with { State = CloseItemState.Composed, Reported = 3, Cursor = "s9", DocumentKey = "k" }, cancel),
            Closing.Update(Item("2025-01", "a2") with { State = CloseItemState.Done, Reported = 3 }, cancel));
        (await Closing.Progress(run.Id, cancel)).ShouldBe(new CloseProgress(2, 1, 1, 1, 15, 6));
        (await Closing.Items(run.Id, CloseItemState.Pending, run.Calendar, 10, cancel)).Count.ShouldBe(2);
        (await Closing.Items(run.Id, null, prefix + "a1", 2, cancel)).Select(item => item.Agreement).ShouldBe([prefix + "a2", prefix + "a3"]);
        (await Closing.RetryFailed(run.Id, cancel)).ShouldBe(1);
        var retried = (await Closing.Items(run.Id, null, null, 1, cancel))[0];
        (retried.State, retried.Reason, retried.Attempts).ShouldBe((CloseItemState.Pending, null, 1));
    }

    [Fact]
    public async Task runs_are_listed_newest_first()
    {
        foreach (var month in (int[])[2, 1, 3])
            await Closing.Start(Run($"2025-0{month}") with { PeriodEnd = Now + Duration.FromDays(30 * month) }, [], cancel);
        await Closing.SetState(prefix + ":2025-03", CloseRunState.Completed, Now, cancel);
        var newest = await Closing.Newest(prefix, cancel);
        (newest!.Period, newest.State, newest.FinishedAt).ShouldBe(("2025-03", CloseRunState.Completed, (Instant?)Now));
        var page = await Closing.List(prefix, null, 2, cancel);
        page.Select(run => run.Period).ShouldBe(["2025-03", "2025-02"]);
        (await Closing.List(prefix, page[^1].Id, 2, cancel)).Select(run => run.Period).ShouldBe(["2025-01"]);
        (await Closing.Newest("unknown", cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task due_work_stands_once_per_grain_and_kind_and_is_cleared_only_where_it_stands()
    {
        var (early, late) = (new DueWork(Now - Duration.FromDays(400), prefix + "a", "close"),
            new DueWork(Now - Duration.FromDays(390), prefix + "b", "close"));
        await Closing.SetDue(late, cancel);
        await Closing.SetDue(early with { At = Now }, cancel);
        await Closing.SetDue(early, cancel);
        (await Closing.Due(late.At, null, 10, cancel)).ShouldBe([early, late]);
        (await Closing.Due(late.At, early, 10, cancel)).ShouldBe([late]);
        (await Closing.Due(late.At, late, 10, cancel)).ShouldBeEmpty();
        (await Closing.NextDue(cancel)).ShouldBe(early.At);
        await Closing.ClearDue(early with { At = Now }, cancel);
        (await Closing.Due(late.At, null, 1, cancel)).ShouldBe([early]);
        await Closing.ClearDue(early, cancel);
        await Closing.ClearDue(late, cancel);
        (await Closing.Due(late.At, null, 10, cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task what_waits_for_money_is_brought_forward_and_nothing_else()
    {
        var (kind, far) = ("funds/" + prefix, Now + Duration.FromDays(9_000));
        var (waits, other, never) = (new DueWork(far, prefix + "w1", kind), new DueWork(far, prefix + "w2", kind + "2"), new DueWork(far, prefix + "w3", "close"));
        foreach (var work in (DueWork[])[waits, other, never]) await Closing.SetDue(work, cancel);
        foreach (var woken in (string[])[kind, "close"]) await Closing.Wake(woken, Now, cancel);
        (await Closing.Due(far, null, 200, cancel)).Where(work => work.Grain.StartsWith(prefix + "w", StringComparison.Ordinal))
            .ShouldBe([waits with { At = Now }, other, never]);
        await Closing.Wake(kind, Now + Duration.FromDays(1), cancel);
        await Closing.ClearDue(waits with { At = Now }, cancel);
        (await Closing.Due(far, null, 200, cancel)).ShouldNotContain(work => work.Grain == waits.Grain, "what is due is put off by nothing");
    }

    [Fact]
    public async Task keys_are_added_once_listed_and_revoked()
    {
        var key = new ApiKeyRecord(prefix + "k1", "hash", prefix, "usage:write usage:read", "test", Now, null);
        (await place.Store.ApiKeys.Add(key, cancel)).ShouldBeTrue();
        (await place.Store.ApiKeys.Add(key with { Name = "again" }, cancel)).ShouldBeFalse();
        await place.Store.ApiKeys.Add(key with { Id = prefix + "k2", Party = null }, cancel);
        (await place.Store.ApiKeys.Revoke(key.Id, Now, cancel)).ShouldBeTrue();
        (await place.Store.ApiKeys.Revoke(key.Id, Now + Duration.FromDays(1), cancel)).ShouldBeTrue();
        (await place.Store.ApiKeys.Revoke("unknown", Now, cancel)).ShouldBeFalse();
        (await place.Store.ApiKeys.Get(key.Id, cancel)).ShouldBe(key with { RevokedAt = Now });
        (await place.Store.ApiKeys.List(prefix, null, 10, cancel)).Single().Id.ShouldBe(key.Id);
        (await place.Store.ApiKeys.List(null, key.Id, 1, cancel)).Single().Id.ShouldBe(prefix + "k2");
    }

    [Fact]
    public async Task the_first_of_two_answers_stands()
    {
        var answers = Enumerable.Range(0, 10).Select(i => new IdempotentAnswer(prefix, "key", "hash", 200, "application/json", $"{i}", Now));
        var kept = await Task.WhenAll(answers.Select(answer => Task.Run(() => place.Store.Idempotency.Keep(answer, cancel), cancel)));
        kept.Distinct().Count().ShouldBe(1);
        (await place.Store.Idempotency.Get(prefix, "key", cancel)).ShouldBe(kept[0]);
        (await place.Store.Idempotency.Get(prefix, "other", cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task old_answers_are_deleted_oldest_first_and_so_many_at_a_time()
    {
        // Far before everything that other tests keep.
        var old = Instant.FromUnixTimeSeconds(0);
        foreach (var day in (int[])[3, 1, 2, 4])
            await place.Store.Idempotency.Keep(new IdempotentAnswer(prefix, $"{day}", "hash", 200, "application/json", "{}", old + Duration.FromDays(day)), cancel);
        (await place.Store.Idempotency.Purge(old + Duration.FromDays(4), 2, cancel)).ShouldBe(2);
        (await place.Store.Idempotency.Get(prefix, "2", cancel)).ShouldBeNull();
        (await place.Store.Idempotency.Get(prefix, "3", cancel)).ShouldNotBeNull();
        (await place.Store.Idempotency.Purge(old + Duration.FromDays(4), 2, cancel)).ShouldBe(1);
        (await place.Store.Idempotency.Get(prefix, "4", cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task settings_are_set_and_read()
    {
        (await place.Store.Settings.Get(prefix, cancel)).ShouldBeNull();
        await place.Store.Settings.Set(prefix, "1", cancel);
        await place.Store.Settings.Set(prefix, "2", cancel);
        (await place.Store.Settings.Get(prefix, cancel)).ShouldBe("2");
    }

    async Task<IEnumerable<(long Version, uint Fingerprint)>> Loaded(EventIdPartKey key)
    {
        var part = (await place.Store.EventIds.Load(key, cancel)).ShouldNotBeNull();
        return part.Versions.Zip(part.Fingerprints);
    }

    CloseRun Run(string period) => new($"{prefix}:{period}", prefix, period, Now - Duration.FromDays(30), Now, CloseRunState.Running, Now, null);

    CloseItem Item(string period, string agreement) =>
        new($"{prefix}:{period}", prefix + agreement, "buyer", CloseItemState.Pending, 3, 0, null, null, null, 0);
}
