// What the store promises to live usage: children of a party with their journals' heads, and kept sums.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Live;

namespace OrleansBilling.Storage.Tests;

public sealed class RollupsOnPostgres(PostgresPlace place) : RollupConformance(place), IClassFixture<PostgresPlace>;

public sealed class RollupsOnSqlite(SqlitePlace place) : RollupConformance(place), IClassFixture<SqlitePlace>;

public abstract class RollupConformance(StorePlace place)
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}";

    IRollupStore Rollups => place.Store.Rollups;

    [Fact]
    public async Task children_are_a_customers_own_and_those_of_a_partners_customers_with_the_heads_of_their_journals()
    {
        await Put(DefinitionKinds.Partner, "p", null);
        await Put(DefinitionKinds.Customer, "c", "p");
        await Put(DefinitionKinds.Customer, "d", "p");
        var one = await Put(DefinitionKinds.Subscription, "c-1", "c");
        await Put(DefinitionKinds.Subscription, "c-2", "c");
        var third = await Put(DefinitionKinds.Subscription, "d-1", "d");
        await place.Store.Journal.Open(one, 0).Append(new byte[] { 1 });
        var writer = place.Store.Journal.Open(third, 0);
        await writer.Append(new byte[] { 1 });
        await writer.Append(new byte[] { 2 });
        (await Rollups.Heads(Id("p"), cancel)).ShouldBe([new ChildHead(Id("c-1"), 1), new ChildHead(Id("d-1"), 2)], ignoreOrder: true);
        (await Rollups.Heads(Id("d"), cancel)).ShouldBe([new ChildHead(Id("d-1"), 2)]);
        (await Rollups.CountChildren(Id("p"), 10, cancel)).ShouldBe(3);
        (await Rollups.CountChildren(Id("p"), 2, cancel)).ShouldBe(2);
        (await Rollups.CountChildren(Id("c"), 10, cancel)).ShouldBe(2);
        (await Rollups.CountChildren(Id("nobody"), 10, cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task children_of_partners_below_are_children_too()
    {
        await Put(DefinitionKinds.Partner, "top", null);
        await Put(DefinitionKinds.Partner, "middle", "top");
        await Put(DefinitionKinds.Partner, "low", "middle");
        await Put(DefinitionKinds.Customer, "c", "low");
        var one = await Put(DefinitionKinds.Subscription, "c-1", "c");
        await place.Store.Journal.Open(one, 0).Append(new byte[] { 1 });
        foreach (var party in new[] { "top", "middle", "low", "c" })
        {
            (await Rollups.CountChildren(Id(party), 10, cancel)).ShouldBe(1);
            (await Rollups.Heads(Id(party), cancel)).ShouldBe([new ChildHead(Id("c-1"), 1)]);
        }
    }

    [Fact]
    public async Task kept_sums_come_back_as_they_were_kept_last()
    {
        (await Rollups.Load(Id("p"), cancel)).ShouldBeNull();
        await Rollups.Save(Id("p"), new byte[] { 1, 2, 3 }, cancel);
        await Rollups.Save(Id("p"), new byte[] { 4, 5 }, cancel);
        (await Rollups.Load(Id("p"), cancel)).ShouldNotBeNull().ToArray().ShouldBe([4, 5]);
    }

    [Fact]
    public async Task agreements_are_found_by_who_buys()
    {
        await Put(DefinitionKinds.Agreement, "a", null, $$"""{"seller":"{{Id("s")}}","buyer":"{{Id("p")}}"}""");
        await Put(DefinitionKinds.Agreement, "b", null, $$"""{"seller":"{{Id("p")}}","buyer":"{{Id("c")}}"}""");
        (await place.Store.Definitions.AgreementsBoughtBy(Id("p"), cancel)).Select(one => one.Id).ShouldBe([Id("a")]);
        (await place.Store.Definitions.AgreementsBoughtBy(Id("nobody"), cancel)).ShouldBeEmpty();
    }

    string Id(string id) => $"{prefix}-{id}";

    async Task<long> Put(string kind, string id, string? parent, string body = "{}")
    {
        var write = new DefinitionWrite(kind, Id(id), parent is null ? null : Id(parent), body, Instant.FromUtc(2025, 2, 1, 12, 0), "test",
            NeedsStream: kind == DefinitionKinds.Subscription);
        return (await place.Store.Definitions.Put(write, cancel)).Stored!.Stream;
    }
}
