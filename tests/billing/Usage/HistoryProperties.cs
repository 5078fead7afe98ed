// What holds for every life of a subscription: replay is live, order and cutting change nothing, amounts add up.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class HistoryProperties
{
    private static readonly FsCheck.Gen<int> Seeds = Gen.Choose(0, int.MaxValue);

    [Fact]
    public void replay_is_live_from_the_start_and_from_every_snapshot() =>
        Seeds.ShouldHold(seed =>
        {
            var live = new LiveRun(seed, History.Of(seed));
            var expected = live.State.Snapshot();
            foreach (var (version, snapshot) in live.Snapshots.Prepend((0, new SubscriptionState().Snapshot())))
            {
                var state = SubscriptionSnapshot.Read(snapshot)!;
                SubscriptionSnapshot.Write(state).Span.SequenceEqual(snapshot).ShouldBeTrue("a snapshot comes back");
                foreach (var (row, frames) in live.Rows.Skip((int)version))
                    SubscriptionReplay.Apply(state, row, frames, LiveRun.Checksum(frames));
                state.Snapshot().ShouldBe(expected, $"from version {version} of {live.Rows.Count}");
            }

            return true;
        });

    [Fact]
    public void a_replayed_state_decides_as_the_live_one_does() =>
        Seeds.ShouldHold(seed =>
        {
            var steps = History.Of(seed, seals: false).Cast<Batch>().ToArray();
            var half = steps.Length / 2;
            var live = new LiveRun(seed, steps[..half]);
            var replayed = new SubscriptionState();
            foreach (var (version, frames) in live.Rows)
                SubscriptionReplay.Apply(replayed, version, frames, LiveRun.Checksum(frames));
            foreach (var batch in steps[half..])
            {
                var first = live.State.Decide(History.Terms, batch.Now, batch.Events);
                var second = replayed.Decide(History.Terms, batch.Now, batch.Events);
                second.Outcomes.ShouldBe(first.Outcomes);
                second.Frame.ToArray().ShouldBe(first.Frame.ToArray());
            }

            return true;
        });

    [Fact]
    public void the_events_legs_add_up_to_the_cells() =>
        Seeds.ShouldHold(seed =>
        {
            var live = new LiveRun(seed, History.Of(seed));
            var sums = new Sums();
            foreach (var (_, frames) in live.Rows)
                SubscriptionReplay.Visit(frames, sums);
            live.State.Cells.Length.ShouldBe(sums.ByCell.Count);
            foreach (ref readonly var cell in live.State.Cells)
                sums.ByCell[cell.Number].ShouldBe((cell.Count, cell.Quantity, cell.Amount));
            sums.Ids.Count.ShouldBe(live.State.Ids.Count);
            return true;
        });

    [Fact]
    public void every_accepted_event_is_found_in_exactly_one_row() =>
        Seeds.ShouldHold(seed =>
        {
            var live = new LiveRun(seed, History.Of(seed));
            foreach (var id in live.State.Ids.Entries.ToArray())
            {
                var rows = live.Rows.Where(row => SubscriptionReplay.TryFind(row.Frames, id.IdHash, out var body) && body == id.BodyHash);
                rows.Select(row => row.Version).ShouldBe([id.Version]);
            }

            return true;
        });

    [Fact]
    public void a_batch_may_be_cut_anywhere() =>
        Seeds.ShouldHold(seed =>
        {
            var random = new Random(seed);
            var steps = History.Of(seed);
            var cut = steps.SelectMany(step => step is Batch batch && random.Next(2) == 0 ? Cut(batch, random.Next(batch.Events.Length + 1)) : new[] { step });
            var (whole, parts) = (new LiveRun(seed, steps), new LiveRun(seed, cut));
            parts.Outcomes.ShouldBe(whole.Outcomes);
            parts.State.Ledger().ShouldBe(whole.State.Ledger());
            return true;
        });

    [Fact]
    public void the_order_of_events_does_not_change_totals_where_no_event_decides_the_price_of_another() =>
        Seeds.ShouldHold(seed =>
        {
            // Ids are made unique: of two bodies under one id the first wins, which is order.
            var batch = History.Of(seed, seals: false).Cast<Batch>().First();
            var unique = batch.Events.Select((one, index) => one with { Id = $"{index}", Dimensions = "country=FI" }).ToArray();
            var shuffled = unique.ToArray();
            new Random(seed).Shuffle(shuffled);
            var (first, second) = (new SubscriptionState(), new SubscriptionState());
            first.Decide(History.Terms, batch.Now, unique);
            second.Decide(History.Terms, batch.Now, shuffled);
            second.Ledger().Order().ShouldBe(first.Ledger().Order());
            return true;
        });

    private static Step[] Cut(Batch batch, int at) => [batch with { Events = batch.Events[..at] }, batch with { Events = batch.Events[at..] }];

    private sealed class Sums : UsageVisitor
    {
        public Dictionary<int, (long Count, decimal Quantity, decimal Amount)> ByCell { get; } = [];
        public HashSet<UInt128> Ids { get; } = [];

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            Ids.Add(record.IdHash).ShouldBeTrue();
            foreach (var leg in legs)
            {
                var sum = ByCell.GetValueOrDefault(leg.Cell);
                ByCell[leg.Cell] = (sum.Count + 1, sum.Quantity + leg.Quantity, sum.Amount + leg.Amount);
            }
        }
    }
}
