// A subscription with hundreds of cells, under one catalogue and the next: the same totals as with a handful.
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class ManyCellsTests
{
    private const string Now = "2025-05-12T12:00:00Z";

    [Fact]
    public void hundreds_of_cells_are_found_again_also_under_a_new_catalogue_and_after_some_were_archived()
    {
        var state = new SubscriptionState();
        for (var round = 1; round <= 4; round++)
        {
            // New raters make new identities with the same value: what a reloaded catalogue does.
            var terms = World.Terms(World.Leg([.. Enumerable.Range(0, 100).Select(number => World.Price($"c{number}", "1", $"country={number}"))]));
            state.Decide(terms, World.At(Now), [.. Enumerable.Range(0, 100).Select(number => Sent(round, number))]);
            (state.CellCount, state.NextCell).ShouldBe((100, 100));
            foreach (var cell in state.Cells.ToArray())
                (cell.Count, cell.Quantity).ShouldBe((round, round * (decimal.Parse(cell.Identity.Charge[1..]) + 1)));
            if (round == 2)
                state = SubscriptionSnapshot.Read(state.Snapshot())!;
            if (round == 3)
                state.ArchiveCells(World.At("2025-06-30T00:00:00Z"));
        }
    }

    [Fact]
    public void only_sealed_cells_of_old_periods_are_archived_and_numbers_never_come_back()
    {
        var terms = World.Terms(World.Leg([.. Enumerable.Range(0, 20).Select(number => World.Price($"c{number}", "1", $"country={number}"))]));
        var state = new SubscriptionState();
        state.Decide(terms, World.At(Now), [.. Enumerable.Range(0, 20).Select(number => Sent(0, number))]);
        SealFrame.Apply(state, 2, new Seal("helsinki", "2025-05", World.Helsinki.PeriodOf("2025-05")!.End, 0, []));
        state.Decide(terms, World.At(Now), [Sent(1, 7)]);
        state.ArchiveCells(World.At("2025-08-01T00:00:00Z"));
        state.Cells.ToArray().Select(cell => (cell.Number, cell.Identity.Charge)).ShouldBe([(7, "c7")]);
        state.Decide(terms, World.At(Now), [Sent(2, 3)]);
        state.Cells[1].Number.ShouldBe(20);
    }

    [Fact]
    public void what_was_archived_can_be_asked_for_also_from_a_snapshot_and_adds_up_with_what_is_archived_later()
    {
        var terms = World.Terms(World.Leg([World.Price("fi", "0.5", "country=1"), World.Price("ee", "2", "country=2")]));
        var state = new SubscriptionState();
        state.Decide(terms, World.At(Now), [Sent(0, 1), Sent(0, 2)]);
        SealFrame.Apply(state, 2, new Seal("helsinki", "2025-05", World.Helsinki.PeriodOf("2025-05")!.End, 0, []));
        state.ArchiveCells(World.At("2025-08-01T00:00:00Z"));
        state.CellCount.ShouldBe(0);
        state = SubscriptionSnapshot.Read(state.Snapshot())!;
        state.Decide(terms, World.At(Now), [Sent(1, 2)]);
        SealFrame.Apply(state, 3, new Seal("helsinki", "2025-06", World.Helsinki.PeriodOf("2025-06")!.End, 0, []));
        state.ArchiveCells(World.At("2025-08-01T00:00:00Z"));
        state.Archive.Of("2025-05").Select(total => (total.Agreement, total.Charge, total.Meter, total.Count, total.Quantity, total.Amount)).ShouldBe(
            [("retail", "fi", "sms", 1, 2m, 1m), ("retail", "ee", "sms", 1, 3m, 6m), ("retail", "ee", "sms", 1, 3m, 6m)]);
        state.Archive.Of("2025-06").ShouldBeEmpty();
        state.Archive.Bytes.ShouldBeLessThan(3 * 20);
    }

    private static TestEvent Sent(int round, int number) => new($"{round}-{number}", World.At(Now), number + 1, Dimensions: $"country={number}");
}
