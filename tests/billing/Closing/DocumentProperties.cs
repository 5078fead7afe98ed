// What holds for the documents of every life: a preview is the invoice, and the order in which independent facts arrive changes none of them.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Closing;

public sealed class DocumentProperties
{
    private static readonly FsCheck.Gen<int> Seeds = Gen.Choose(0, int.MaxValue);
    private static readonly string[] Calendars = ["helsinki", "new-york"];

    [Fact]
    public void a_preview_is_the_invoice_to_the_cent_also_while_the_period_before_is_open()
    {
        var (fees, usage, late) = (0, 0, 0);
        Seeds.ShouldHold(seed =>
        {
            var life = new RandomLife(seed);
            var live = new LiveClosing(life.Sold);
            var now = life.Day();
            // Until then it is closed now and then, and what comes later is late.
            foreach (var (arrives, one) in life.Events.Where(one => one.Arrives < now))
            {
                live.Take(one, arrives);
                foreach (var calendar in Calendars.Where(calendar => life.OneIn(3) && live.Open(calendar).End <= arrives))
                    live.Close(calendar, live.Open(calendar));
            }

            // A command came after those closes: what it changes of their periods stands on the next document.
            live.Learn(life.Known);
            foreach (var calendar in Calendars)
            {
                var open = live.Open(calendar);
                var next = LiveClosing.Calendar(calendar).Next(open);
                var before = live.State.Snapshot();
                var (first, second) = (live.Preview(calendar, open), live.Preview(calendar, next, earlierOpen: open));
                live.Preview(calendar, open).ShouldBe(first, "asking changes nothing");
                live.State.Snapshot().ShouldBe(before);
                live.Close(calendar, open).ShouldBe(first);
                live.Preview(calendar, next).ShouldBe(second, "as if the one before were closed");
                live.Close(calendar, next).ShouldBe(second);
                var all = string.Join('\n', first.Concat(second));
                fees += all.Contains("fee", StringComparison.Ordinal) ? 1 : 0;
                usage += all.Contains(", usage ", StringComparison.Ordinal) ? 1 : 0;
                late += all.Contains("late usage", StringComparison.Ordinal) ? 1 : 0;
            }

            return true;
        });
        // The control: there was something to get wrong.
        (fees > 100, usage > 100, late > 5).ShouldBe((true, true, true), $"{fees} {usage} {late}");
    }

    [Fact]
    public void the_order_in_which_independent_facts_arrive_changes_no_document()
    {
        var (documents, late) = (0, 0);
        Seeds.ShouldHold(seed =>
        {
            var life = new RandomLife(seed);
            var (straight, shuffled) = (Played(life, _ => { }), Played(life, life.Shuffle));
            shuffled.Documents.Order(StringComparer.Ordinal).ShouldBe(straight.Documents.Order(StringComparer.Ordinal));
            shuffled.Ledger.ShouldBe(straight.Ledger);
            documents += straight.Documents.Count(one => one.Contains('\n', StringComparison.Ordinal));
            late += straight.Documents.Count(one => one.Contains("late usage", StringComparison.Ordinal));
            return true;
        });
        (documents > 1000, late > 30).ShouldBe((true, true), $"{documents} {late}");
    }

    // Stage by stage: within one, its events, what was learned, and then the closes that fall due come in any order.
    private static (List<string> Documents, string[] Ledger) Played(RandomLife life, Action<Action<LiveClosing>[]> order)
    {
        var live = new LiveClosing(life.Sold);
        var documents = new List<string>();
        var learned = life.Start + Duration.FromDays(50);
        for (var (from, until) = (life.Start, life.Start + Duration.FromDays(20)); from < life.Start + Duration.FromDays(RandomLife.Days + 70);
            (from, until) = (until, until + Duration.FromDays(20)))
        {
            Action<LiveClosing>[] facts = [.. life.Events.Where(one => from <= one.Arrives && one.Arrives < until)
                .Select(one => (Action<LiveClosing>)(of => of.Take(one.Event, until).ShouldBe(UsageOutcome.Accepted)))];
            if (from <= learned && learned < until)
                facts = [.. facts, of => of.Learn(life.Known)];
            Action<LiveClosing>[] closes = [.. Calendars.Where(calendar => live.Open(calendar).End <= until)
                .Select(calendar => (Action<LiveClosing>)(of => documents.Add($"{calendar} {string.Join('\n', of.Close(calendar, of.Open(calendar)))}")))];
            order(facts);
            order(closes);
            foreach (var step in facts.Concat(closes))
                step(live);
        }

        return (documents, [.. live.State.Ledger().Order(StringComparer.Ordinal)]);
    }
}
