// What the definition store promises, whichever database is behind it.
using NodaTime;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Storage.Tests;

public sealed class DefinitionsOnPostgres(PostgresPlace place) : DefinitionConformance(place), IClassFixture<PostgresPlace>;

public sealed class DefinitionsOnSqlite(SqlitePlace place) : DefinitionConformance(place), IClassFixture<SqlitePlace>;

public abstract class DefinitionConformance(StorePlace place)
{
    static readonly Instant Start = Instant.FromUtc(2025, 1, 1, 0, 0);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}-";

    IDefinitionStore Store => place.Store.Definitions;

    [Fact]
    public async Task a_first_put_creates_version_1_with_a_stream()
    {
        var put = await Store.Put(Write("partner", "a", "{}", stream: true), cancel);
        put.Outcome.ShouldBe(PutOutcome.Created);
        put.Stored!.Version.ShouldBe(1);
        put.Stored.Stream.ShouldBeGreaterThan(0);
        (await Store.Get("partner", prefix + "a", cancel)).ShouldBe(put.Stored);
    }

    [Fact]
    public async Task a_changed_body_is_a_new_version_of_the_same_stream_and_the_old_one_is_history()
    {
        var first = await Store.Put(Write("partner", "a", "1", stream: true), cancel);
        var second = await Store.Put(Write("partner", "a", "2", stream: true), cancel);
        second.Outcome.ShouldBe(PutOutcome.Replaced);
        second.Stored!.Version.ShouldBe(2);
        second.Stored.Stream.ShouldBe(first.Stored!.Stream);
        (await Store.History("partner", prefix + "a", cancel)).ShouldBe([first.Stored, second.Stored]);
    }

    [Fact]
    public async Task the_same_body_again_writes_nothing()
    {
        var first = await Store.Put(Write("plan", "a", "1"), cancel);
        var revision = await Store.CatalogueRevision(cancel);
        var again = await Store.Put(Write("plan", "a", "1") with { ExpectedVersion = 0 }, cancel);
        again.ShouldBe(new PutResult(PutOutcome.Unchanged, first.Stored));
        (await Store.History("plan", prefix + "a", cancel)).Count.ShouldBe(1);
        (await Store.CatalogueRevision(cancel)).ShouldBe(revision);
    }

    [Fact]
    public async Task an_unexpected_version_is_a_conflict_and_changes_nothing()
    {
        var first = await Store.Put(Write("plan", "a", "1"), cancel);
        (await Store.Put(Write("plan", "a", "2") with { ExpectedVersion = 0 }, cancel)).ShouldBe(new PutResult(PutOutcome.VersionConflict, first.Stored));
        (await Store.Put(Write("plan", "b", "2") with { ExpectedVersion = 1 }, cancel)).ShouldBe(new PutResult(PutOutcome.VersionConflict, null));
        (await Store.Put(Write("plan", "a", "2") with { ExpectedVersion = 1 }, cancel)).Outcome.ShouldBe(PutOutcome.Replaced);
    }

    [Fact]
    public async Task what_is_claimed_is_written_with_it_or_neither_is()
    {
        var mine = Write("product_use", "u", "mine") with { ExpectedVersion = 0 };
        (await Store.Put(Write("subscription", "a", "1") with { Claim = mine }, cancel)).Outcome.ShouldBe(PutOutcome.Created);
        (await Store.Put(Write("subscription", "a", "2") with { Claim = mine }, cancel)).Outcome.ShouldBe(PutOutcome.Replaced);
        var (theirs, revision) = (Write("product_use", "u", "theirs") with { ExpectedVersion = 0 }, await Store.CatalogueRevision(cancel));
        var refused = await Store.Put(Write("subscription", "b", "1") with { Claim = theirs }, cancel);
        (refused.Outcome, refused.Stored!.Body).ShouldBe((PutOutcome.Claimed, mine.Body));
        (await Store.Get("subscription", prefix + "b", cancel)).ShouldBeNull();
        var both = await Task.WhenAll(new[] { "c", "d" }.Select(id => Store.Put(Write("subscription", id, "1") with { Claim = Write("product_use", "v", id) with { ExpectedVersion = 0 } }, cancel)));
        both.Select(put => put.Outcome).ShouldBe([PutOutcome.Created, PutOutcome.Claimed], ignoreOrder: true);
        (await Store.Put(Write("subscription", "b", "1") with { Claim = theirs with { ExpectedVersion = 1 } }, cancel)).Outcome.ShouldBe(PutOutcome.Created);
        (await Store.Get("product_use", prefix + "u", cancel)).ShouldNotBeNull().Body.ShouldBe(theirs.Body);
        (await Store.CatalogueRevision(cancel)).ShouldBe(revision);
    }

    [Fact]
    public async Task parties_of_all_kinds_share_one_namespace()
    {
        await Store.Put(Write("partner", "a", "1") with { IsParty = true }, cancel);
        (await Store.Put(Write("customer", "a", "1") with { IsParty = true }, cancel)).ShouldBe(new PutResult(PutOutcome.IdTaken, null));
        (await Store.Put(Write("plan", "a", "1"), cancel)).Outcome.ShouldBe(PutOutcome.Created);
        (await Store.Put(Write("partner", "a", "2") with { IsParty = true }, cancel)).Outcome.ShouldBe(PutOutcome.Replaced);
    }

    [Fact]
    public async Task a_prefix_of_document_numbers_belongs_to_the_first_party_that_takes_it_and_for_ever()
    {
        var (one, two) = (prefix + "ONE", prefix + "TWO");
        (await Store.Put(Write("seller", "a", "1") with { NumberPrefix = one }, cancel)).Outcome.ShouldBe(PutOutcome.Created);
        (await Store.Put(Write("seller", "b", "1") with { NumberPrefix = one }, cancel)).ShouldBe(new PutResult(PutOutcome.PrefixTaken, null));
        (await Store.Get("seller", prefix + "b", cancel)).ShouldBeNull();
        (await Store.Put(Write("seller", "a", "2") with { NumberPrefix = two }, cancel)).Outcome.ShouldBe(PutOutcome.Replaced);
        foreach (var taken in (string[])[one, two])
            (await Store.Put(Write("partner", "b", "1") with { NumberPrefix = taken }, cancel)).Outcome.ShouldBe(PutOutcome.PrefixTaken);
        (await Store.Put(Write("seller", "a", "3") with { NumberPrefix = one }, cancel)).Outcome.ShouldBe(PutOutcome.Replaced);
    }

    [Fact]
    public async Task of_parties_that_want_one_prefix_at_the_same_time_one_gets_it()
    {
        var puts = Enumerable.Range(0, 50).Select(i => Store.Put(Write("seller", $"s{i}", "1") with { NumberPrefix = prefix + "SAME" }, cancel));
        var outcomes = (await Task.WhenAll(puts)).Select(put => put.Outcome).ToList();
        outcomes.Count(outcome => outcome == PutOutcome.Created).ShouldBe(1);
        outcomes.Count(outcome => outcome == PutOutcome.PrefixTaken).ShouldBe(49);
    }

    [Fact]
    public async Task concurrent_puts_have_outcomes_of_their_own()
    {
        await Store.Put(Write("partner", "taken", "1") with { IsParty = true }, cancel);
        var puts = Enumerable.Range(0, 300).Select(i => (i % 3) switch
        {
            0 => Store.Put(Write("customer", $"c{i:000}", "1", stream: true) with { IsParty = true }, cancel),
            1 => Store.Put(Write("customer", "taken", "1") with { IsParty = true }, cancel),
            _ => Store.Put(Write("plan", "shared", $"{i}"), cancel),
        }).ToList();
        var results = await Task.WhenAll(puts);
        results.Where((_, i) => i % 3 == 0).ShouldAllBe(put => put.Outcome == PutOutcome.Created);
        results.Where((_, i) => i % 3 == 0).Select(put => put.Stored!.Stream).Distinct().Count().ShouldBe(100);
        results.Where((_, i) => i % 3 == 1).ShouldAllBe(put => put.Outcome == PutOutcome.IdTaken);
        results.Where((_, i) => i % 3 == 2).Select(put => put.Stored!.Version).Order().ShouldBe(Enumerable.Range(1, 100));
        (await Store.History("plan", prefix + "shared", cancel)).Select(version => version.Version).ShouldBe(Enumerable.Range(1, 100));
    }

    [Fact]
    public async Task text_that_cannot_be_stored_fails_its_own_call_only()
    {
        Should.Throw<ArgumentException>(() => { _ = Store.Put(Write("plan", "nul", "a\0b"), cancel); });
        Should.Throw<ArgumentException>(() => { _ = Store.Put(Write("plan", "half", "\ud800"), cancel); });
        (await Store.Put(Write("plan", "whole", "snow \u2603 and \U0001F4A9"), cancel)).Outcome.ShouldBe(PutOutcome.Created);
        (await Store.Get("plan", prefix + "whole", cancel))!.Body.ShouldBe("snow \u2603 and \U0001F4A9");
    }

    [Fact]
    public async Task a_list_is_paged_in_ordinal_order_and_filtered_by_parent()
    {
        foreach (var id in (string[])["b", "B", "a", "_", "c"])
            await Store.Put(Write("list", id, id) with { Parent = id == "c" ? prefix + "other" : prefix + "p" }, cancel);
        var page = await Store.List("list", prefix + "p", null, 2, cancel);
        page.Select(row => row.Body).ShouldBe(["B", "_"]);
        (await Store.List("list", prefix + "p", page[^1].Id, 10, cancel)).Select(row => row.Body).ShouldBe(["a", "b"]);
        (await Store.List("list", null, prefix, 10, cancel)).Where(row => row.Id.StartsWith(prefix, StringComparison.Ordinal)).Count().ShouldBe(5);
    }

    [Fact]
    public async Task legs_are_replaced_with_their_subscription_and_found_by_period()
    {
        var agreement = prefix + "agreement";
        LegRow Leg(string id, int from, int? to) =>
            new(agreement, prefix + id, Start + Duration.FromDays(from), to is { } end ? Start + Duration.FromDays(end) : null);
        await PutLegs("a", Leg("a", 0, null));
        await PutLegs("b", Leg("b", 0, 10), Leg("b", 10, 20));
        await PutLegs("c", Leg("c", 40, null));
        await PutLegs("d", Leg("d", 0, 5));
        async Task<IEnumerable<string>> Touching(int before, int after, string? cursor = null, int limit = 10) =>
            (await Store.Legs(agreement, Start + Duration.FromDays(before), Start + Duration.FromDays(after), cursor, limit, cancel))
                .Select(leg => leg.Subscription[prefix.Length..]);
        (await Touching(30, 6)).ShouldBe(["a", "b", "b"]);
        (await Touching(41, 6)).ShouldBe(["a", "b", "b", "c"]);
        (await Touching(30, 15)).ShouldBe(["a", "b"]);
        (await Touching(30, 0, limit: 2)).ShouldBe(["a", "b", "b"]);
        (await Touching(30, 0, prefix + "b")).ShouldBe(["d"]);
        (await Store.CountLegs(agreement, Start + Duration.FromDays(30), Start, cancel)).ShouldBe(3);
        await PutLegs("a", Leg("a", 0, 1));
        (await Touching(30, 6)).ShouldBe(["b", "b"]);
    }

    [Fact]
    public async Task the_catalogue_revision_grows_with_everything_but_subscriptions_and_customers()
    {
        var before = await Store.CatalogueRevision(cancel);
        await Store.Put(Write("subscription", "s", "1"), cancel);
        await Store.Put(Write("customer", "c", "1"), cancel);
        (await Store.CatalogueRevision(cancel)).ShouldBe(before);
        await Store.Put(Write("meter", "m", "1"), cancel);
        (await Store.CatalogueRevision(cancel)).ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task agreements_are_found_by_their_calendar()
    {
        foreach (var id in (string[])["y", "x", "z"])
            await Store.Put(Write("agreement", id, $$"""{"id":"{{id}}"}""") with { Parent = prefix + (id == "z" ? "weekly" : "monthly") }, cancel);
        (await Store.AgreementsOf(prefix + "monthly", cancel)).Select(row => row.Id).ShouldBe([prefix + "x", prefix + "y"]);
        LegRow Leg(string agreement, string id, int from) => new(prefix + agreement, prefix + id, Start + Duration.FromDays(from), null);
        await PutLegs("a", Leg("x", "a", 0), Leg("z", "a", 0));
        await PutLegs("b", Leg("x", "b", 0) with { EndsAt = Start + Duration.FromDays(1) }, Leg("x", "b", 2), Leg("y", "b", 40));
        (await Store.CountLegsOf(prefix + "monthly", Start + Duration.FromDays(30), Start, cancel)).ShouldBe(new Dictionary<string, int> { [prefix + "x"] = 2 });
    }

    [Fact]
    public async Task a_put_that_was_cancelled_before_it_began_writes_nothing()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Store.Put(Write("plan", "never", "1"), new CancellationToken(true)));
        (await Store.Get("plan", prefix + "never", cancel)).ShouldBeNull();
    }

    Task<PutResult> PutLegs(string id, params LegRow[] legs) =>
        Store.Put(Write("subscription", id, $"{legs.Length} {legs[0].StartsAt} {legs[0].EndsAt}") with { Legs = legs }, cancel);

    DefinitionWrite Write(string kind, string id, string body, bool stream = false) =>
        new(kind, prefix + id, null, body, Start, "tester", NeedsStream: stream);
}
