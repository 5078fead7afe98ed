// What the store promises to backfills: states go forward, and a revert finds everybody who joined before it.
using NodaTime;
using OrleansBilling.Storage.Backfills;

namespace OrleansBilling.Storage.Tests;

public sealed class BackfillsOnPostgres(PostgresPlace place) : BackfillConformance(place), IClassFixture<PostgresPlace>;

public sealed class BackfillsOnSqlite(SqlitePlace place) : BackfillConformance(place), IClassFixture<SqlitePlace>;

public abstract class BackfillConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 5, 12, 9, 0);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string id = $"b{place.NewStream()}";

    IBackfillStore Store => place.Store.Backfills;

    [Fact]
    public async Task what_was_opened_first_stands_and_states_go_forward_only()
    {
        (await Store.Get(id, cancel)).ShouldBeNull();
        (await Store.Open(id, "lost", Now, cancel)).ShouldBe(new BackfillRow(id, "lost", "open", Now, Now, 0));
        (await Store.Open(id, "other", Now + Duration.FromDays(1), cancel)).Reason.ShouldBe("lost");
        (await Store.Move(id, BackfillStates.Reverting, Now, cancel))!.State.ShouldBe("reverting");
        (await Store.Move(id, BackfillStates.Closed, Now, cancel))!.State.ShouldBe("reverting");
        (await Store.Move(id, BackfillStates.Reverted, Now, cancel))!.State.ShouldBe("reverted");
        (await Store.Move(id + "x", BackfillStates.Closed, Now, cancel)).ShouldBeNull();
        (await Store.List(null, 1000, cancel)).Count(one => one.Id == id).ShouldBe(1);
    }

    [Fact]
    public async Task nobody_joins_what_is_not_open_or_full_and_a_chunk_joins_as_a_whole()
    {
        (await Store.Join(id, ["a"], 3, cancel)).ShouldBeFalse();
        await Store.Open(id, "lost", Now, cancel);
        (await Store.Join(id, ["b", "a"], 3, cancel)).ShouldBeTrue();
        (await Store.Join(id, ["a", "c"], 3, cancel)).ShouldBeTrue();
        (await Store.Join(id, ["c", "d"], 3, cancel)).ShouldBeFalse();
        (await Store.Members(id, false, null, 10, cancel)).ShouldBe(["a", "b", "c"]);
        (await Store.Get(id, cancel))!.Subscriptions.ShouldBe(3);
        await Store.Move(id, BackfillStates.Closed, Now, cancel);
        (await Store.Join(id, ["a"], 3, cancel)).ShouldBeFalse();
        await Store.Reverted(id, "b", cancel);
        (await Store.Members(id, true, null, 10, cancel)).ShouldBe(["a", "c"]);
        (await Store.Members(id, false, "a", 1, cancel)).ShouldBe(["b"]);
    }

    [Fact]
    public async Task who_has_joined_beside_a_revert_is_found_by_it()
    {
        await Store.Open(id, "lost", Now, cancel);
        var joins = Enumerable.Range(0, 20).Select(n => Store.Join(id, [$"s{n:00}"], 100, cancel)).ToList();
        await Store.Move(id, BackfillStates.Reverting, Now, cancel);
        var found = await Store.Members(id, true, null, 100, cancel);
        var joined = await Task.WhenAll(joins);
        found.Count.ShouldBe(joined.Count(one => one));
        (await Store.Join(id, ["late"], 100, cancel)).ShouldBeFalse();
    }
}
