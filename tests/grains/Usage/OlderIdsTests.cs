// Ids that left memory: each is known exactly once, whatever moved, merged, failed or crashed between two batches.
using OrleansBilling.BillingTests.Usage;
using OrleansBilling.Storage;

namespace OrleansBilling.GrainsTests.Usage;

public sealed class OlderIdsTests
{
    private const int RecentMax = 16;
    private const int Days = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task every_event_counts_once_through_moves_merges_failures_and_crashes(int seed)
    {
        var random = new Random(seed);
        var life = new StreamLife(RecentMax, random.Next(3) switch { 0 => 600, 1 => 6_000, _ => 1 << 20 });
        for (var step = 0; step < 500; step++)
            await Step(life, random);
        life.Store.Merges.ShouldBeGreaterThan(5);
        foreach (var all in life.Accepted.ToArray().Chunk(100))
            await life.Record(all);
        await life.Record(life.Fresh(0));
    }

    [Fact]
    public async Task a_day_has_few_parts_and_an_unknown_id_asks_neither_store_nor_journal()
    {
        var life = new StreamLife(RecentMax, 1 << 20);
        var most = 0;
        for (var batch = 0; batch < 2_000; batch++)
        {
            await life.Record([.. Enumerable.Range(0, 4).Select(_ => life.Fresh(0))]);
            await life.Flush();
            var (state, older) = await life.Active();
            await older.Move(state);
            await older.Merge();
            most = Math.Max(most, life.Store.Parts.Count);
        }

        // Four sizes of which three parts may stand, and one part of the largest size for each 1,024 ids.
        most.ShouldBeInRange(8, (4 * 3) + (8_000 / 1_024));
        life.Store.Parts.Max(part => part.Fingerprints.Length).ShouldBeInRange(1_024, 2_048);
        (life.Store.Loads, life.Journal.Reads).ShouldBe((0, 0));
        await life.Record(life.Accepted.First());
        (life.Store.Loads, life.Journal.Reads).ShouldBe((0, 1));
    }

    [Fact]
    public async Task a_batch_that_nobody_knows_is_answered_without_waiting()
    {
        var life = await WithParts();
        var (state, older) = await life.Active();
        await life.Record(life.Fresh(0));
        older.LookUp(state, World.Pack(life.Fresh(0), life.Fresh(1)), 2, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task ids_of_archived_rows_are_unknown_and_those_of_all_other_rows_are_not()
    {
        var life = await WithParts();
        var (state, older) = await life.Active();
        var moved = life.Store.Parts.SelectMany(part => part.Versions).Order().ToArray();
        life.Journal.Archived = moved[moved.Length / 2];
        TestEvent[] all = [.. life.Accepted];
        var found = await older.LookUp(state, World.Pack(all), all.Length, CancellationToken.None);
        var decision = state.Decide(World.Terms(World.Leg(World.Price("sms", "1"))), World.At("2025-03-10T12:00:00Z"), all, found);
        decision.Accepted.ShouldBe(moved.Count(version => version <= life.Journal.Archived));
        decision.Accepted.ShouldBeLessThan(moved.Length);
    }

    [Fact]
    public async Task parts_that_another_activation_has_merged_are_found_under_their_new_name()
    {
        var life = await WithParts();
        var old = await life.Active();
        await life.Crash(20, processToo: true);
        await old.Older.Merge();
        life.Store.Merges.ShouldBeGreaterThan(0);
        await life.Record([.. life.Accepted]);
        life.Store.Loads.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task ids_that_move_while_a_batch_is_looked_up_are_looked_up_again()
    {
        var life = await WithParts();
        await life.Crash(0, processToo: true);
        var (state, older) = await life.Active();
        var reading = new TaskCompletionSource();
        life.Store.BeforeLoad = () => reading.Task;
        // All are in memory but one that nobody knows: the parts are read because of that one, and meanwhile the others move into parts.
        var batch = life.Record([.. life.Accepted, life.Fresh(0)]);
        batch.IsCompleted.ShouldBeFalse();
        await older.Move(state);
        state.Ids.Count.ShouldBeLessThan(life.Accepted.Count / 2);
        reading.SetResult();
        await batch;
    }

    [Fact]
    public async Task merging_does_not_make_a_batch_look_again()
    {
        var life = await WithParts();
        var (_, older) = await life.Active();
        var epoch = older.Epoch;
        await older.Merge();
        (life.Store.Merges > 0, older.Epoch).ShouldBe((true, epoch));
    }

    private static async Task<StreamLife> WithParts()
    {
        var life = new StreamLife(RecentMax, 1 << 20);
        for (var batch = 0; batch < 20; batch++)
        {
            await life.Record([.. Enumerable.Range(0, 4).Select(_ => life.Fresh(0))]);
            await life.Snapshot();
            var (state, older) = await life.Active();
            await older.Move(state);
        }

        return life;
    }

    private static async Task Step(StreamLife life, Random random)
    {
        switch (random.Next(20))
        {
            case < 8:
                await Record(life, random);
                break;
            case < 12:
                await life.Flush();
                break;
            case 12 when random.Next(8) == 0:
                await life.Crash(random.Next(1, 1_000) * random.Next(4), random.Next(2) == 0);
                break;
            case 13:
                await life.Snapshot();
                break;
            case 14 when life.Past.Count > 0:
                await Failing(life, random, () => Maintain(life.Past[random.Next(life.Past.Count)]));
                break;
            case 15:
                await MergeBesideBatches(life, random);
                break;
            default:
                var active = await life.Active();
                await Failing(life, random, () => Maintain(active));
                break;
        }
    }

    private static Task Record(StreamLife life, Random random)
    {
        var known = life.Accepted.ToArray();
        return life.Record([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(3) switch
        {
            0 when known.Length > 0 => known[random.Next(known.Length)],
            1 when known.Length > 0 && random.Next(4) == 0 => known[random.Next(known.Length)] with { Quantity = 2 },
            _ => life.Fresh(random.Next(Days)),
        })]);
    }

    private static async Task Maintain(Activation activation)
    {
        await activation.Older.Move(activation.State);
        await activation.Older.Merge();
    }

    // Now and then a write fails, before or after it has taken effect.
    private static async Task Failing(StreamLife life, Random random, Func<Task> work)
    {
        life.Store.Around = done => random.Next(12) == 0 ? Task.FromException(MemoryEventIds.Failed(done)) : Task.CompletedTask;
        try
        {
            await work();
        }
        catch (StorageException)
        {
            // As the session does: what fails beside the answers is tried again.
        }
        finally
        {
            life.Store.Around = _ => Task.CompletedTask;
        }
    }

    // Batches come, and perhaps a crash, while the parts of a merge are being written or just have been.
    private static async Task MergeBesideBatches(StreamLife life, Random random)
    {
        var (active, release, late) = (await life.Active(), new TaskCompletionSource(), random.Next(2) == 0);
        await active.Older.Move(active.State);
        life.Store.Around = done => done == late ? release.Task : Task.CompletedTask;
        var merging = active.Older.Merge();
        life.Store.Around = _ => Task.CompletedTask;
        await Record(life, random);
        if (random.Next(20) == 0)
            await life.Crash(random.Next(1, 1_000), random.Next(2) == 0);
        await Record(life, random);
        release.SetResult();
        await merging;
    }
}
