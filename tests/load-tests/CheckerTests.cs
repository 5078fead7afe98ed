// The checker passes a journal that holds what was acknowledged, and catches every planted fault.
using System.Globalization;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;
using OrleansBilling.LoadTests.Checking;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Tests;

public sealed class CheckerTests
{
    const int Subscriptions = 3;
    const int EventsOfEach = 6;
    readonly List<StoredRow> rows = [];
    readonly SentLog log = new();

    public CheckerTests()
    {
        for (var subscription = 0; subscription < Subscriptions; subscription++)
        {
            var (first, second) = (new RowBuilder().Cell(0, "w-p").Cell(1, "r-c"), new RowBuilder());
            for (var number = 0; number < EventsOfEach; number++)
            {
                var sent = Event(subscription, number);
                log.Add([sent]);
                (number % 2 == 0 ? first : second).Event(sent);
            }

            rows.Add(first.Row(100 + subscription, 1));
            rows.Add(second.Row(100 + subscription, 2));
        }
    }

    [Fact]
    public void What_was_acknowledged_and_journaled_passes() => Check(rows).ShouldBeEmpty();

    [Fact]
    public void A_lost_event_is_caught() => Check(Planted(0).ApplyTo(rows)).ShouldHaveSingleItem().ShouldContain("lost");

    [Fact]
    public void A_doubled_event_is_caught() => Check(Planted(1).ApplyTo(rows)).ShouldHaveSingleItem().ShouldContain("twice");

    [Fact]
    public void A_changed_amount_is_caught() => Check(Planted(2).ApplyTo(rows)).ShouldHaveSingleItem().ShouldContain("amounts differ");

    [Fact]
    public void One_event_lost_and_another_doubled_do_not_cancel_out()
    {
        // Same subscription, units and money: only the hash tells them apart.
        var twice = Event(0, 1);
        var instead = new RowBuilder().Event(twice).Event(twice).Event(Event(0, 5));
        Check([rows[0], instead.Row(100, 2), .. rows[2..]]).ShouldHaveSingleItem().ShouldContain("other events");
    }

    [Fact]
    public void A_rejected_event_that_is_journaled_is_caught()
    {
        var refused = Event(1, 99) with { Verdict = Verdict.Rejected };
        log.Add([refused]);
        Check([.. rows, new RowBuilder().Event(refused).Row(101, 3)]).ShouldHaveSingleItem().ShouldContain("not taken");
    }

    [Fact]
    public void A_broken_checksum_is_caught()
    {
        rows[1].Payload[20] ^= 1;
        Check(rows).ShouldContain(violation => violation.Contains("checksum", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.78", "0", true)]
    [InlineData("0.77", "0", false)]
    [InlineData("1.28", "0.50", true)]
    [InlineData("1.27", "0.50", false)]
    public void Spending_more_of_a_wallet_than_was_handed_out_is_caught(string received, string fee, bool covered)
    {
        // Twelve segments for 0.78 on the retail leg, as the constructor sends them, now paid from a wallet; before them a fee.
        var paid = new RowBuilder().Received("wallet-c", Money(received)).Fee(1, Money(fee)).Cell(0, "w-p").Cell(1, "r-c", purse: 1);
        for (var number = 0; number < EventsOfEach; number++) paid.Event(Event(0, number));
        var violations = Check([paid.Row(100, 1), .. rows[2..]]);
        violations.Count(violation => violation.Contains("left of wallet", StringComparison.Ordinal)).ShouldBe(covered ? 0 : 1);
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(11, false)]
    public void Using_more_of_a_package_than_was_granted_is_caught(int granted, bool covered)
    {
        var covering = new RowBuilder().Granted(1, granted).Cell(0, "w-p").Cell(1, "r-c").Cell(2, "r-c", purse: int.MaxValue);
        for (var number = 0; number < EventsOfEach; number++) covering.Covered(Event(0, number), 1);
        var violations = Check([covering.Row(100, 1), .. rows[2..]]);
        violations.Count(violation => violation.Contains("left of grant 1", StringComparison.Ordinal)).ShouldBe(covered ? 0 : 1);
    }

    [Theory]
    [InlineData("0.0100", true)]
    [InlineData("0.0101", false)]
    public void A_surcharge_is_owed_whatever_packages_pay(string price, bool right)
    {
        // Six events of two segments, every second one in the second country: covered, but for the surcharge there.
        var covering = new RowBuilder().Granted(1, 1_000).Cell(0, "w-p").Cell(1, "r-c").Cell(2, "r-c", purse: int.MaxValue).Cell(3, "r-c", charge: "surcharge/carrier-ee");
        for (var number = 0; number < EventsOfEach; number++) covering.Covered(Event(0, number), 1, number % 2 == 1 ? Money(price) : 0);
        var others = new List<StoredRow>();
        for (var subscription = 1; subscription < Subscriptions; subscription++)
        {
            var added = new RowBuilder().Cell(0, "w-p").Cell(1, "r-c").Cell(2, "r-c").Cell(3, "r-c", charge: "surcharge/carrier-ee");
            for (var number = 0; number < EventsOfEach; number++) added.Added(Event(subscription, number), number % 2 == 1 ? 0.0100m : 0);
            others.Add(added.Row(100 + subscription, 1));
        }

        var totals = new ClaimedTotals(1, [(2, EventsOfEach, 12, 0), (3, EventsOfEach / 2, 6, 6 * Money(price))]);
        var violations = Check([covering.Row(100, 1), .. others], totals, new Tariff { IsRich = true });
        violations.Count(violation => violation.Contains("amounts differ", StringComparison.Ordinal)).ShouldBe(right ? 0 : 1);
        violations.Count.ShouldBe(right ? 0 : 1);
    }

    [Fact]
    public void A_gap_in_the_versions_is_caught()
    {
        var skipped = new RowBuilder().Event(Event(0, 1)).Row(100, 3);
        Check([rows[0], skipped, .. rows[2..]]).ShouldContain(violation => violation.Contains("Version 3 follows 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stored_total_that_is_not_the_sum_of_the_journal_is_caught()
    {
        Check(rows, new ClaimedTotals(2, [(0, EventsOfEach, 12, 0.585m)])).ShouldBeEmpty();
        Check(rows, new ClaimedTotals(2, [(0, EventsOfEach, 12, 0.586m)])).ShouldHaveSingleItem().ShouldContain("stored total 0");
    }

    [Fact]
    public void What_the_product_writes_today_is_what_the_checker_knows()
    {
        var period = new BillingPeriod("2025-05", new(2025, 5, 1), new(2025, 6, 1), default, default);
        var state = new SubscriptionState();
        for (var number = 0; number < 2; number++)
        {
            state.AddCell(new UsageCell
            {
                Number = number, Identity = new("r-c", "monthly", "plan", 1, "sms", "sms.mt.segment", period), Count = 3, Quantity = 6 + number, Amount = 0.39m,
            });
        }

        JournalReader.ReadTotals(7, SubscriptionSnapshot.Write(state).ToArray()).Cells.ShouldBe([(0, 3, 6m, 0.39m), (1, 3, 7m, 0.39m)]);
        ((byte)Enum.GetValues<FrameKind>().Max()).ShouldBe(JournalRow.LastKind);
    }

    [Fact]
    public void An_answer_is_read_with_its_verdicts()
    {
        SentEvent[] sent = [Event(0, 0), Event(0, 1), Event(0, 2)];
        var id = new byte[36];
        EventTemplate.WriteId(id, sent[1].IdHigh, sent[1].IdLow);
        var text = System.Text.Encoding.ASCII.GetString(id);
        var answer = $$"""{"accepted":2,"duplicate":1,"conflict":0,"rejected":0,"unknown":0,"results":[{"id":"{{text}}","status":"duplicate"}]}""";
        EventAnswerReader.Note(System.Text.Encoding.ASCII.GetBytes(answer), sent).ShouldBeNull();
        sent.Select(one => one.Verdict).ShouldBe([Verdict.Accepted, Verdict.Duplicate, Verdict.Accepted]);
        EventAnswerReader.Note(System.Text.Encoding.ASCII.GetBytes(answer.Replace(":2,", ":3,", StringComparison.Ordinal)), sent).ShouldNotBeNull();
    }

    PlantedFault Planted(int number) => PlantedFault.All(rows)[number];

    IReadOnlyList<string> Check(IEnumerable<StoredRow> journal, ClaimedTotals? claim = null, Tariff? tariff = null)
    {
        var audit = new JournalAudit(Subscriptions);
        for (var subscription = 0; subscription < Subscriptions; subscription++)
            audit.Know(100 + subscription, subscription);
        if (claim is not null)
            audit.Claim(100, claim);
        foreach (var row in journal)
            audit.Row(row.Stream, row.Version, row.Payload);
        var expected = new ExpectedUsage(Subscriptions, tariff ?? Tariff.Plain);
        expected.Add([log]);
        return audit.Compare(expected);
    }

    static decimal Money(string amount) => decimal.Parse(amount, CultureInfo.InvariantCulture);

    // Equal numbers modulo two have equal content but for their id.
    static SentEvent Event(int subscription, int number) => new()
    {
        IdHigh = 0x1234_5678_9ABC_4DEFUL,
        IdLow = 0x8000_0000_0000_0000UL | (uint)((subscription * 1000) + number),
        TimeMillis = 1_747_042_200_120,
        Subscription = subscription,
        Quantity = 2,
        Country = (byte)(number % 2),
        Verdict = Verdict.Accepted,
    };
}
