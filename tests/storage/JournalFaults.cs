// What the journal does when PostgreSQL fails it, at each point of a flush.
using System.Collections.Concurrent;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Journal;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class JournalFaults(PostgresPlace place) : IClassFixture<PostgresPlace>
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly Faults faults = new();

    [Fact]
    public async Task a_backend_killed_around_the_commit_leaves_the_outcome_unknown_and_poisons_the_batch()
    {
        var store = await Open();
        var (one, other) = (place.NewStream(), place.NewStream());
        IStreamWriter[] writers = [store.Journal.Open(one, 0), store.Journal.Open(other, 0)];
        faults.At(FlushStage.Committing, KillBackends);
        foreach (var append in writers.Select(writer => writer.AppendVersion(Bytes("?"))).ToList())
            (await Should.ThrowAsync<JournalException>(() => append)).Failure.ShouldBe(JournalFailure.Unknown);
        writers.ShouldAllBe(writer => writer.Poisoned);
        (await Should.ThrowAsync<JournalException>(() => writers[0].AppendVersion(Bytes("more")))).Failure.ShouldBe(JournalFailure.Unknown);
        await GoesOnAfterReload(store, one);
    }

    [Fact]
    public async Task a_commit_whose_answer_is_lost_is_unknown_to_its_writer_and_found_by_a_reload()
    {
        var store = await Open();
        var stream = place.NewStream();
        faults.At(FlushStage.Committed, () => throw new IOException("The answer is lost."));
        (await Should.ThrowAsync<JournalException>(() =>
            store.Journal.Open(stream, 0).AppendVersion(Bytes("written")))).Failure.ShouldBe(JournalFailure.Unknown);
        var loaded = await store.Journal.Load(stream, cancel);
        loaded.Head.ShouldBe(1);
        Encoding.UTF8.GetString(loaded.Tail[0].Frames.Span).ShouldBe("written");
        await GoesOnAfterReload(store, stream);
    }

    [Fact]
    public async Task a_connection_that_died_while_idle_costs_nothing_but_a_new_connection()
    {
        var store = await Open();
        var writer = store.Journal.Open(place.NewStream(), 0);
        await writer.AppendVersion(Bytes("1"));
        faults.At(FlushStage.Beginning, KillBackends);
        (await writer.AppendVersion(Bytes("2"))).ShouldBe(2);
    }

    [Fact]
    public async Task a_failure_while_rows_are_sent_writes_none_of_them()
    {
        var store = await Open();
        var stream = place.NewStream();
        faults.At(FlushStage.Sending, () => throw new IOException("The network is gone."));
        (await Should.ThrowAsync<JournalException>(() => store.Journal.Open(stream, 0).AppendVersion(Bytes("x")))).Failure.ShouldBe(JournalFailure.Unavailable);
        (await store.Journal.Load(stream, cancel)).Head.ShouldBe(0);
        await GoesOnAfterReload(store, stream);
    }

    [Fact]
    public async Task a_copy_that_was_sent_but_not_ended_is_not_committed()
    {
        // A raw COPY stream commits when it is disposed: the dangerous line of the sink, so it has a test of its own.
        var store = await Open();
        var stream = place.NewStream();
        faults.At(FlushStage.Committing, () => throw new IOException("Stopped between the rows and their end."));
        (await Should.ThrowAsync<JournalException>(() => store.Journal.Open(stream, 0).AppendVersion(Bytes("x")))).Failure.ShouldBe(JournalFailure.Unknown);
        (await store.Journal.Load(stream, cancel)).Head.ShouldBe(0);
    }

    [Theory]
    [InlineData(nameof(FlushStage.Beginning), JournalFailure.Unavailable)]
    [InlineData(nameof(FlushStage.Committing), JournalFailure.Unknown)]
    public async Task a_server_that_stops_answering_fails_the_flush_in_bounded_time(string stage, JournalFailure expected)
    {
        var store = await Open(TimeSpan.FromMilliseconds(1_500));
        var stream = place.NewStream();
        await store.Journal.Open(stream, 0).Append(Bytes("1"));
        long[] stopped = [];
        faults.At(Enum.Parse<FlushStage>(stage), async () => stopped = await (await PostgresServer.Get()).StopBackends(place.ConnectionString));
        try
        {
            (await Should.ThrowAsync<JournalException>(() => store.Journal.Open(stream, 1).Append(Bytes("2")))).Failure.ShouldBe(expected);
        }
        finally
        {
            PostgresServer.ContinueBackends(stopped);
        }
        stopped.ShouldNotBeEmpty();
        await GoesOnAfterReload(store, stream);
    }

    [Fact]
    public async Task while_the_database_is_away_appends_are_unavailable_and_afterwards_new_writers_work_by_themselves()
    {
        var store = await Open();
        var stream = place.NewStream();
        var away = true;
        faults.Always(FlushStage.Connecting, () => away ? throw new IOException("No route to the database.") : Task.CompletedTask);
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<JournalException>(() =>
                store.Journal.Open(stream, 0).AppendVersion(Bytes("x")))).Failure.ShouldBe(JournalFailure.Unavailable);
        away = false;
        (await store.Journal.Open(stream, 0).AppendVersion(Bytes("back"))).ShouldBe(1);
    }

    [Fact]
    public async Task what_a_loser_has_queued_behind_its_lost_version_fails_unwritten()
    {
        var store = await Open();
        var stream = place.NewStream();
        var loser = store.Journal.Open(stream, 0);
        var (reached, release) = faults.Gate(FlushStage.Beginning);
        var lost = loser.AppendVersion(Bytes("lost"));
        await reached;
        var behind = Enumerable.Range(0, 5).Select(_ => loser.AppendVersion(Bytes("behind"))).ToList();
        await place.Store.Journal.Open(stream, 0).AppendVersion(Bytes("winner"));
        release();
        foreach (var append in behind.Prepend(lost))
            (await Should.ThrowAsync<JournalException>(() => append)).Failure.ShouldBe(JournalFailure.Conflict);
        var loaded = await store.Journal.Load(stream, cancel);
        loaded.Tail.Select(row => Encoding.UTF8.GetString(row.Frames.Span)).ShouldBe(["winner"]);
        store.Journal.QueuedBytes.ShouldBe(0);
    }

    [Fact]
    public async Task a_full_queue_has_no_room_and_beyond_its_hard_bound_takes_nothing()
    {
        var store = await Open();
        var (reached, release) = faults.Gate(FlushStage.Beginning);
        var first = store.Journal.Open(place.NewStream(), 0);
        var taken = new List<Task<long>> { first.AppendVersion(Bytes("in flight")) };
        await reached;
        first.HasRoom.ShouldBeTrue();
        var piece = new byte[Limits.AppendBytesMax];
        for (var bytes = 0L; bytes <= Limits.JournalQueueBytesMax; bytes += piece.Length) taken.Add(first.AppendVersion(piece));
        first.HasRoom.ShouldBeFalse();
        var greedy = store.Journal.Open(first.CommittedVersion + place.NewStream(), 0);
        while (!greedy.Poisoned) taken.Add(greedy.AppendVersion(piece));
        store.Journal.QueuedBytes.ShouldBeLessThanOrEqualTo(Limits.JournalQueueBytesHardMax);
        release();
        var outcomes = await Task.WhenAll(taken.Select(async append =>
        {
            try { return await append > 0; }
            catch (JournalException e) when (e.Failure == JournalFailure.Unavailable) { return false; }
        }));
        outcomes.ShouldContain(false);
        first.Poisoned.ShouldBeFalse();
        first.HasRoom.ShouldBeTrue();
        store.Journal.QueuedBytes.ShouldBe(0);
    }

    [Fact]
    public async Task disposing_writes_what_is_queued_and_refuses_what_comes_later()
    {
        var store = await Open();
        var stream = place.NewStream();
        var writer = store.Journal.Open(stream, 0);
        var (reached, release) = faults.Gate(FlushStage.Beginning);
        var appends = new List<Task<long>> { writer.AppendVersion(Bytes("1")) };
        await reached;
        appends.Add(writer.AppendVersion(Bytes("2")));
        var disposed = store.DisposeAsync();
        release();
        await disposed;
        (await Task.WhenAll(appends)).ShouldBe([1, 2]);
        (await Should.ThrowAsync<JournalException>(() => writer.AppendVersion(Bytes("3")))).Failure.ShouldBe(JournalFailure.Unavailable);
        (await place.Store.Journal.Load(stream, cancel)).Head.ShouldBe(2);
    }

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    Task<BillingStore> Open(TimeSpan? timeout = null) => place.Open(place.Options with
    {
        JournalLanes = 1,
        FlushProbe = faults.Probe,
        FlushTimeout = timeout ?? Limits.FlushTimeout,
    });

    async Task KillBackends() => (await (await PostgresServer.Get()).KillBackends(place.ConnectionString)).ShouldBeGreaterThan(0);

    async Task GoesOnAfterReload(BillingStore store, long stream)
    {
        var loaded = await store.Journal.Load(stream, cancel);
        try
        {
            (await store.Journal.Open(stream, loaded.Head).AppendVersion(Bytes("goes on"))).ShouldBe(loaded.Head + 1);
        }
        catch (JournalException e) when (e.Failure == JournalFailure.Conflict)
        {
            // What was unknown may be committed after the reload, by a backend that could go on: it took the next version, and only that one.
            var again = await store.Journal.Load(stream, cancel);
            again.Head.ShouldBe(loaded.Head + 1);
            (await store.Journal.Open(stream, again.Head).AppendVersion(Bytes("goes on"))).ShouldBe(again.Head + 1);
        }
    }
}

/// <summary>Scripts what happens at the stages of a flush.</summary>
sealed class Faults
{
    readonly ConcurrentDictionary<FlushStage, Func<Task>> once = new();
    readonly ConcurrentDictionary<FlushStage, Func<Task>> always = new();

    public async ValueTask Probe(FlushStage stage)
    {
        if (always.TryGetValue(stage, out var each)) await each();
        if (once.TryRemove(stage, out var act)) await act();
    }

    public void At(FlushStage stage, Func<Task> act) => once[stage] = act;

    public void Always(FlushStage stage, Func<Task> act) => always[stage] = act;

    /// <summary>Holds the next flush at the stage: first when it is there, then the call that lets it go.</summary>
    public (Task Reached, Action Release) Gate(FlushStage stage)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        At(stage, () => { reached.SetResult(); return released.Task; });
        return (reached.Task, released.SetResult);
    }
}
