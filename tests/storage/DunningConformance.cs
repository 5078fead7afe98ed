// What the store of dunning cases promises: a fence per case, and what is owed as the documents say it.
using NodaTime;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Dunning;

namespace OrleansBilling.Storage.Tests;

public sealed class DunningOnPostgres(PostgresPlace place) : DunningConformance(place), IClassFixture<PostgresPlace>;

public sealed class DunningOnSqlite(SqlitePlace place) : DunningConformance(place), IClassFixture<SqlitePlace>;

public abstract class DunningConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 2, 1, 12, 0);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}";

    IDunningStore Store => place.Store.Dunning;

    [Fact]
    public async Task facts_have_versions_and_the_second_writer_of_one_changes_nothing()
    {
        var agreement = prefix + "-a";
        (await Store.Get(agreement, cancel)).ShouldBeNull();
        (await Append(agreement, 0, "{\"a\":1}", "{\"a\":2}")).ShouldBeTrue();
        (await Append(agreement, 0, "{}")).ShouldBeFalse();
        (await Append(agreement, 1, "{}")).ShouldBeFalse();
        (await Append(agreement, 2, "{\"a\":3}")).ShouldBeTrue();
        (await Store.Get(agreement, cancel)).ShouldBe(Case(agreement, 3));
        (await Store.Facts(agreement, 1, 10, cancel)).ShouldBe([new(2, Now, "{\"a\":2}"), new(3, Now, "{\"a\":3}")]);
        (await Store.List(prefix + "-buyer", null, 10, cancel)).ShouldBe([Case(agreement, 3)]);
        (await Store.List(prefix + "-buyer", agreement, 10, cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task all_cases_are_woken_at_once_by_account()
    {
        foreach (var agreement in new[] { "-x", "-y" }) await Append(prefix + agreement, 0, "{}");
        await Store.WakeAll("wake", Now, cancel);
        var due = await place.Store.Closing.Due(Now, null, 1_000, cancel);
        due.Where(work => work.Grain == $"dunning/{prefix}-account").ShouldBe([new DueWork(Now, $"dunning/{prefix}-account", "wake")]);
    }

    StoredCase Case(string agreement, long version) => new(agreement, prefix + "-account", "seller", prefix + "-buyer", version, $"at {version}");

    Task<bool> Append(string agreement, long expected, params string[] facts) =>
        Store.Append(new DunningAppend(expected, facts, Now, Case(agreement, expected + facts.Length)), cancel);
}
