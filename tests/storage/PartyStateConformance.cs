// What the store of parties' states promises: a fence per party, and one order of all changes.
using NodaTime;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.Storage.Tests;

public sealed class PartyStatesOnPostgres(PostgresPlace place) : PartyStateConformance(place), IClassFixture<PostgresPlace>;

public sealed class PartyStatesOnSqlite(SqlitePlace place) : PartyStateConformance(place), IClassFixture<SqlitePlace>;

public abstract class PartyStateConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 2, 1, 12, 0);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}";

    IPartyStateStore Store => place.Store.PartyStates;

    [Fact]
    public async Task facts_have_versions_and_the_second_writer_of_one_changes_nothing()
    {
        var party = prefix + "-fenced";
        (await Store.Get(party, cancel)).ShouldBeNull();
        (await Append(party, 0, "frozen", "{\"a\":1}", "{\"a\":2}")).ShouldBeTrue();
        (await Append(party, 0, "blocked", "{}")).ShouldBeFalse();
        (await Append(party, 1, "blocked", "{}")).ShouldBeFalse();
        (await Append(party, 2, "active", "{\"a\":3}")).ShouldBeTrue();
        (await Store.Get(party, cancel)).ShouldBe(new StoredStanding(party, 3, "active", "at 3"));
        (await Store.Facts(party, 0, 10, cancel)).Select(fact => (fact.Version, fact.At, fact.Actor, fact.Body))
            .ShouldBe([(1, Now, "key", "{\"a\":1}"), (2, Now, "key", "{\"a\":2}"), (3, Now, "key", "{\"a\":3}")]);
        (await Store.Facts(party, 1, 1, cancel)).ShouldHaveSingleItem().Version.ShouldBe(2);
    }

    [Fact]
    public async Task of_writers_at_once_one_wins_each_version()
    {
        var party = prefix + "-raced";
        for (var version = 0; version < 5; version++)
            (await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Append(party, version, "frozen", $"{{\"n\":{n}}}")))).Count(won => won).ShouldBe(1);
        (await Store.Facts(party, 0, 100, cancel)).Select(fact => fact.Version).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task whoever_follows_the_order_of_changes_misses_none()
    {
        var before = await Last();
        var writing = Task.WhenAll(Enumerable.Range(0, 60).Select(n => Append($"{prefix}-{n:00}", 0, "suspended", "{}")));
        var (seen, after) = (new HashSet<string>(), before);
        for (var done = false; !done;)
        {
            done = writing.IsCompleted;
            foreach (var change in await Store.Changes(after, 7, cancel))
            {
                change.Order.ShouldBeGreaterThan(after);
                after = change.Order;
                seen.Add(change.Party);
                done = false;
            }
        }

        (await writing).ShouldAllBe(won => won);
        seen.Count(party => party.StartsWith(prefix, StringComparison.Ordinal)).ShouldBe(60);
        (await Append(prefix + "-07", 1, "active", "{}")).ShouldBeTrue();
        (await Store.Changes(after, 100, cancel)).Select(change => (change.Party, change.Status)).ShouldBe([(prefix + "-07", "active")]);
    }

    async Task<long> Last()
    {
        var last = 0L;
        while (await Store.Changes(last, 1_000, cancel) is { Count: > 0 } page) last = page[^1].Order;
        return last;
    }

    Task<bool> Append(string party, long expected, string status, params string[] facts) => Store.Append(
        new PartyAppend(expected, facts, Now, "key", new StoredStanding(party, expected + facts.Length, status, $"at {expected + facts.Length}")), cancel);
}
