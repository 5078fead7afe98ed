// What the store promises to accounts: facts that nobody else's append comes between, and all that commits with them.
using NodaTime;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Storage.Tests;

public sealed class AccountsOnPostgres(PostgresPlace place) : AccountConformance(place), IClassFixture<PostgresPlace>;

public sealed class AccountsOnSqlite(SqlitePlace place) : AccountConformance(place), IClassFixture<SqlitePlace>;

public abstract class AccountConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 5, 12, 9, 0);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string seller = $"s{place.NewStream()}";

    IAccountStore Store => place.Store.Accounts;

    [Fact]
    public async Task facts_come_back_as_appended_and_a_second_writer_of_a_version_loses_all_of_its_append()
    {
        (await Append(Entry("b", 0, Fact("charged", "1", ("receivable", 1.5m), ("cash", -1.5m)), Fact("charged", "2")))).ShouldBe(AppendOutcome.Appended);
        (await Append(Entry("b", 0, Fact("charged", "3")) with { Items = [Item("b", "lost")] })).ShouldBe(AppendOutcome.VersionTaken);
        (await Append(Entry("b", 2, Fact("charged", "3")))).ShouldBe(AppendOutcome.Appended);
        (await Store.Load(Id("b"), 0, 10, cancel)).Select(row => (row.Version, row.FactId)).ShouldBe([(1, "1"), (2, "2"), (3, "3")]);
        (await Store.Load(Id("b"), 1, 1, cancel)).ShouldHaveSingleItem().ShouldBe(new AccountFactRow(Id("b"), 2, "charged", "2", Now, "me", "{}"));
        (await Store.Item("charge", seller + "lost", cancel)).ShouldBeNull();
        (await Store.Accounts(seller, null, null, 10, cancel)).ShouldHaveSingleItem().Version.ShouldBe(3);
    }

    [Fact]
    public async Task an_id_of_an_item_belongs_to_one_account_and_its_newest_state_stands()
    {
        (await Append(Entry("a", 0, Fact("charged", "x")) with { Items = [Item("a", "x")] })).ShouldBe(AppendOutcome.Appended);
        (await Append(Entry("b", 0, Fact("charged", "x")) with { Items = [Item("b", "x")] })).ShouldBe(AppendOutcome.IdTaken);
        (await Store.Load(Id("b"), 0, 10, cancel)).ShouldBeEmpty();
        var paid = Item("a", "x") with { Status = "cancelled", Remaining = 0.0000000001m };
        (await Append(Entry("a", 1, Fact("charge_cancelled", "x")) with { Items = [paid] })).ShouldBe(AppendOutcome.Appended);
        (await Store.Item("charge", seller + "x", cancel)).ShouldBe(paid);
        (await Store.Items(new ItemFilter("charge", Seller: seller), null, 10, cancel)).ShouldBe([paid]);
        (await Store.Items(new ItemFilter("charge", Seller: seller, Status: "submitted"), null, 10, cancel)).ShouldBeEmpty();
        (await Store.Items(new ItemFilter("charge", VisibleTo: seller + "-b"), null, 10, cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_run_finds_what_is_submitted_before_its_end_and_what_it_has_taken_itself()
    {
        var run = $"{seller}:2025-05";
        AccountItem[] items =
        [
            Item("a", "due") with { Agreement = seller + "1" }, Item("a", "later") with { Agreement = seller + "2", At = Now + Duration.FromDays(1) },
            Item("a", "taken") with { Agreement = seller + "3", Status = "invoiced", Run = run },
            Item("a", "by-another") with { Agreement = seller + "4", Status = "invoiced", Run = "other:2025-05" },
        ];
        await Append(Entry("a", 0, Fact("charged", "1")) with { Items = items });
        var among = items.Select(item => item.Agreement!).ToList();
        (await Store.AgreementsToSeal(among, run, Now + Duration.FromDays(1), cancel)).Order().ShouldBe([seller + "1", seller + "3"]);
        (await Store.AgreementsToSeal([], run, Now, cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task appends_without_an_expected_version_all_stand_whoever_is_first()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => Append(
            Entry("x", null, Fact("document_opened", $"x{n}")), Entry("y", null, Fact("document_opened", $"y{n}"))), cancel)));
        foreach (var buyer in (string[])["x", "y"])
            (await Store.Load(Id(buyer), 0, 100, cancel)).Select(row => row.Version).ShouldBe(Enumerable.Range(1, 20).Select(n => (long)n));
    }

    [Fact]
    public async Task issuing_tells_the_account_in_the_same_transaction_and_wakes_it_when_it_has_something_unapplied()
    {
        await Append(Entry("rich", 0, Fact("paid", "1")) with { Unapplied = 30 });
        var orders = new List<IssueOrder>();
        foreach (var buyer in (string[])["poor", "rich"]) orders.Add(await Complete(buyer));
        var issued = await place.Store.Documents.Issue(orders, cancel);
        await place.Store.Documents.Issue(orders, cancel);
        (await Store.Load(Id("poor"), 0, 10, cancel)).ShouldHaveSingleItem().FactId.ShouldBe(issued[0].Number);
        (await Store.Load(Id("rich"), 0, 10, cancel)).Select(row => row.FactId).ShouldBe(["1", issued[1].Number]);
        (await place.Store.Closing.Due(Now, null, 1000, cancel)).Count(work => work.Grain == Id("rich")).ShouldBe(1);
        (await place.Store.Closing.Due(Now, null, 1000, cancel)).ShouldNotContain(work => work.Grain == Id("poor"));
        var change = new DocumentChange(issued[0].Number!, "paid", 0, new LocalDate(2025, 6, 3));
        await Store.Append(new AccountCommit([Entry("poor", 1, Fact("paid", "2"))], [change]), cancel);
        var paid = (await place.Store.Documents.Get(issued[0].Number!, cancel))!;
        (paid.Status, paid.Outstanding, paid.PaidOn).ShouldBe(("paid", 0, new LocalDate(2025, 6, 3)));
    }

    async Task<IssueOrder> Complete(string buyer)
    {
        var draft = new DocumentHeader($"{seller}-{buyer}|2025-05|invoice", null, "invoice", "draft", seller, $"{seller}-{buyer}", "agreement", "monthly",
            "2025-05", new LocalDate(2025, 5, 1), new LocalDate(2025, 5, 31), "EUR", null, null, null, null, null, null, null, "{}", Now);
        await place.Store.Documents.CreateDraft(draft, cancel);
        await place.Store.Documents.SetTotals(draft.Key, new DocumentTotals(10, 0, 10, "{}"), cancel);
        return new IssueOrder(draft.Key, seller, seller + "-{0:000000}", new LocalDate(2025, 6, 1), new LocalDate(2025, 6, 15), "issued", 10, header =>
            Entry(buyer, null, Fact("document_opened", header.Number!)) with { WhenUnapplied = new DueWork(Now, Id(buyer), "account") });
    }

    string Id(string buyer) => $"{seller}/{seller}-{buyer}/EUR";

    Task<AppendOutcome> Append(params AccountEntry[] entries) => Store.Append(new AccountCommit(entries, []), cancel);

    AccountEntry Entry(string buyer, long? expected, params NewFact[] facts) => new(Id(buyer), seller, $"{seller}-{buyer}", "EUR", expected, facts, []);

    static NewFact Fact(string kind, string id, params (string Ledger, decimal Amount)[] postings) =>
        new(kind, id, Now, "me", "{}", [.. postings.Select(line => new PostingLine(line.Ledger, line.Amount))]);

    AccountItem Item(string buyer, string id) =>
        new("charge", seller + id, Id(buyer), seller, $"{seller}-{buyer}", null, Now, "submitted", null, 12.5m, "{\"id\":1}");
}
