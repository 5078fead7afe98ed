// What the document store promises, whichever database is behind it.
using NodaTime;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Storage.Tests;

public sealed class DocumentsOnPostgres(PostgresPlace place) : DocumentConformance(place), IClassFixture<PostgresPlace>;

public sealed class DocumentsOnSqlite(SqlitePlace place) : DocumentConformance(place), IClassFixture<SqlitePlace>;

public abstract class DocumentConformance(StorePlace place)
{
    static readonly LocalDate First = new(2025, 1, 1);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"t{place.NewStream()}";

    IDocumentStore Store => place.Store.Documents;

    [Fact]
    public async Task a_draft_is_created_once_and_comes_back_exactly()
    {
        var draft = Draft("a") with { Net = 12.3456789012m, Tax = -0.01m, Total = 999_999_999_999_999_999m, Outstanding = 0m };
        (await Store.CreateDraft(draft, cancel)).ShouldBe(draft);
        (await Store.CreateDraft(draft with { Body = "other" }, cancel)).ShouldBe(draft);
        (await Store.GetByKey(draft.Key, cancel)).ShouldBe(draft);
    }

    [Theory]
    [InlineData("1.00000000001")]
    [InlineData("1000000000000000000")]
    public async Task a_number_that_would_be_rounded_or_cut_is_refused(string text)
    {
        var draft = Draft("a") with { Net = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) };
        await Should.ThrowAsync<ArgumentException>(() => Store.CreateDraft(draft, cancel));
    }

    [Fact]
    public async Task children_are_added_once_and_counted_with_or_without_lines()
    {
        var draft = await Store.CreateDraft(Draft("a"), cancel);
        (await Store.AddChildren(draft.Key, [Child("x", 2), Child("y", 0)], cancel)).Children.ShouldBe(2);
        (await Store.AddChildren(draft.Key, [Child("x", 5), Child("y", 1), Child("z", 1), Child("z", 3)], cancel)).Children.ShouldBe(3);
        (await Lines(draft.Key)).Select(line => (line.Child, line.LineNumber)).ShouldBe([("x", 1), ("x", 2), ("z", 1)]);
    }

    [Fact]
    public async Task lines_come_back_exactly_and_in_the_order_of_the_document()
    {
        var draft = await Store.CreateDraft(Draft("a"), cancel);
        DocumentLine[] lines = [Line("b", 1, 2), Line("b", 2, 1) with { UnitPrice = null }, Line("a", 1, 2) with { Quantity = 0.0000000001m }];
        await Store.AddChildren(draft.Key, [new("b", lines[..2]), new("a", lines[2..])], cancel);
        (await Lines(draft.Key)).ShouldBe([lines[1], lines[2], lines[0]]);
    }

    [Fact]
    public async Task children_that_report_at_the_same_time_are_all_counted()
    {
        var draft = await Store.CreateDraft(Draft("a"), cancel);
        var counts = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => Task.Run(() => Store.AddChildren(draft.Key, [Child($"c{i / 2}", 3)], cancel), cancel)));
        var last = counts.MaxBy(sums => sums.Children)!;
        last.Children.ShouldBe(20);
        last.Lines.ShouldBe(60);
        last.Taxes.Sum(sum => sum.Amount).ShouldBe((await Lines(draft.Key)).Sum(line => line.Amount));
        (await Lines(draft.Key)).Count.ShouldBe(60);
    }

    [Fact]
    public async Task issuing_gives_gapless_numbers_in_the_given_order_and_repeating_it_changes_nothing()
    {
        var orders = new List<IssueOrder>();
        for (var i = 0; i < 5; i++) orders.Add(Order((await Complete($"d{i}")).Key));
        var issued = await Store.Issue(orders[..3], cancel);
        issued.Select(header => header.Number).ShouldBe([$"{prefix}-000001", $"{prefix}-000002", $"{prefix}-000003"]);
        var again = await Store.Issue([.. orders.AsEnumerable().Reverse()], cancel);
        again.Select(header => header.Number).ShouldBe([$"{prefix}-000004", $"{prefix}-000005", $"{prefix}-000003", $"{prefix}-000002", $"{prefix}-000001"]);
        var stored = await Store.Get($"{prefix}-000001", cancel);
        stored.ShouldBe(issued[0]);
        stored!.Status.ShouldBe("open");
        stored.IssueDate.ShouldBe(First.PlusMonths(1));
    }

    [Fact]
    public async Task concurrent_issuing_of_one_series_gives_each_number_once()
    {
        var drafts = new List<DocumentHeader>();
        for (var i = 0; i < 60; i++) drafts.Add(await Complete($"d{i}"));
        // Every draft is asked for twice, in slices that overlap.
        var slices = Enumerable.Range(0, 11).Select(i => drafts.Skip(i * 5).Take(10).Select(draft => Order(draft.Key)).ToList());
        await Task.WhenAll(slices.Select(slice => Task.Run(() => Store.Issue(slice, cancel), cancel)));
        var numbers = new List<string>();
        foreach (var draft in drafts) numbers.Add((await Store.GetByKey(draft.Key, cancel))!.Number!);
        numbers.Order().ShouldBe(Enumerable.Range(1, 60).Select(number => $"{prefix}-{number:000000}"));
    }

    [Fact]
    public async Task a_failed_issue_gives_no_number_away()
    {
        var complete = await Complete("a");
        var incomplete = await Store.CreateDraft(Draft("b"), cancel);
        await Should.ThrowAsync<InvalidOperationException>(() => Store.Issue([Order(complete.Key), Order(incomplete.Key)], cancel));
        (await Store.GetByKey(complete.Key, cancel))!.Number.ShouldBeNull();
        (await Store.Issue([Order(complete.Key)], cancel))[0].Number.ShouldBe($"{prefix}-000001");
    }

    [Fact]
    public async Task an_issued_document_is_frozen()
    {
        var draft = await Complete("a");
        var issued = (await Store.Issue([Order(draft.Key)], cancel))[0];
        await Store.SetTotals(draft.Key, new(1, 1, 2, "forged"), cancel);
        await Store.DiscardDraft(draft.Key, cancel);
        (await Store.CreateDraft(Draft("a"), cancel)).ShouldBe(issued);
        (await Store.GetByKey(draft.Key, cancel)).ShouldBe(issued);
        (await Store.AddChildren(draft.Key, [Child("x", 1)], cancel)).Children.ShouldBe(1);
        await Should.ThrowAsync<InvalidOperationException>(() => Store.AddChildren(draft.Key, [Child("late", 1)], cancel));
        (await Store.AddChildren(draft.Key, [Child("x", 1)], cancel)).Children.ShouldBe(1);
        (await Lines(draft.Key)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task only_a_draft_without_lines_is_discarded()
    {
        var (full, empty) = (await Store.CreateDraft(Draft("full"), cancel), await Store.CreateDraft(Draft("empty"), cancel));
        await Store.AddChildren(full.Key, [Child("x", 1)], cancel);
        await Store.AddChildren(empty.Key, [Child("x", 0)], cancel);
        foreach (var draft in (DocumentHeader[])[full, empty]) await Store.DiscardDraft(draft.Key, cancel);
        (await Store.GetByKey(full.Key, cancel)).ShouldNotBeNull();
        (await Store.GetByKey(empty.Key, cancel)).ShouldBeNull();
        await Store.DiscardDraft("nobody", cancel);
    }

    [Fact]
    public async Task documents_are_listed_newest_first_by_what_the_asker_may_see()
    {
        for (var i = 0; i < 6; i++)
        {
            var draft = await Complete($"d{i}", buyer: $"{prefix}-buyer{i % 2}");
            await Store.Issue([Order(draft.Key) with { IssueDate = First.PlusDays(i / 3), Status = i == 0 ? "paid" : "open" }], cancel);
        }
        async Task<IEnumerable<string>> List(DocumentFilter filter, string? after = null, int limit = 10) =>
            (await Store.List(filter, after, limit, cancel)).Select(header => header.Number![^1..]);
        var mine = new DocumentFilter(VisibleTo: [$"{prefix}-buyer0", $"{prefix}-buyer1"]);
        (await List(mine)).ShouldBe(["6", "5", "4", "3", "2", "1"]);
        (await List(mine, $"{prefix}-000005", 3)).ShouldBe(["4", "3", "2"]);
        (await List(mine with { Party = $"{prefix}-buyer1" })).ShouldBe(["6", "4", "2"]);
        (await List(mine with { Status = "paid" })).ShouldBe(["1"]);
        (await List(mine with { Kind = "credit_note" })).ShouldBeEmpty();
        (await List(mine with { Period = "2025-01" }, limit: 1)).ShouldBe(["6"]);
        (await List(new DocumentFilter(VisibleTo: []))).ShouldBeEmpty();
    }

    [Fact]
    public async Task documents_of_one_date_are_paged_in_one_order_past_the_millionth_number_and_over_series()
    {
        string[] formats = ["B-{0:000000}", "A-{0:000000}", "A-99999{0}", "A-100000{0}"];
        for (var i = 0; i < 8; i++)
        {
            var draft = await Complete($"d{i}");
            await Store.Issue([Order(draft.Key) with { Series = $"{prefix}-{i % 4}", NumberFormat = $"{prefix}-{formats[i % 4]}" }], cancel);
        }
        var filter = new DocumentFilter(Party: prefix + "-buyer");
        string[] wanted = ["A-1000002", "A-1000001", "B-000002", "B-000001", "A-999992", "A-999991", "A-000002", "A-000001"];
        for (var limit = 1; limit <= 9; limit++)
        {
            var seen = new List<string>();
            for (string? after = null; await Store.List(filter, after, limit, cancel) is { Count: > 0 } page; after = page[^1].Number)
                seen.AddRange(page.Select(header => header.Number![(prefix.Length + 1)..]));
            string.Join(" ", seen).ShouldBe(string.Join(" ", wanted), $"pages of {limit}");
        }
    }

    async Task<DocumentHeader> Complete(string name, string? buyer = null)
    {
        var draft = await Store.CreateDraft(Draft(name) with { Buyer = buyer ?? prefix + "-buyer" }, cancel);
        await Store.AddChildren(draft.Key, [Child("x", 1)], cancel);
        await Store.SetTotals(draft.Key, new(10m, 2.5m, 12.5m, "complete"), cancel);
        return draft;
    }

    async Task<List<DocumentLine>> Lines(string key)
    {
        var lines = new List<DocumentLine>();
        await foreach (var line in Store.Lines(key, cancel)) lines.Add(line);
        return lines;
    }

    DocumentHeader Draft(string name) =>
        new($"{prefix}|{name}|invoice", null, "invoice", "draft", "operator", prefix + "-buyer", "agreement", "monthly", "2025-01",
        First, First.PlusMonths(1), "EUR", null, null, null, null, null, null, null, "{\"texts\":[]}", Instant.FromUtc(2025, 2, 1, 0, 0));

    IssueOrder Order(string key) => new(key, prefix, prefix + "-{0:000000}", First.PlusMonths(1), First.PlusMonths(2), "open", 12.5m);

    static ChildLines Child(string child, int lines) => new(child, [.. Enumerable.Range(1, lines).Select(number => Line(child, number, 1))]);

    static DocumentLine Line(string child, int number, int position) => new(position, child, number, "customer", "SMS to Finland", 1234m, 0.0450m, 55.53m, "S",
        0.255m, First, First.PlusMonths(1), "{}");
}
