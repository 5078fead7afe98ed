// Random interleavings of activations that fight for streams, checked against a simple model of what may be in the journal.
using System.Text;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class JournalInterleavingsOnPostgres(PostgresPlace place) : JournalInterleavings(place), IClassFixture<PostgresPlace>
{
    // Two processes on one database, and now and then every connection is cut.
    private protected override async Task<IReadOnlyList<BillingStore>> Stores() => [place.Store, await place.Open(place.Options with { JournalLanes = 3 })];

    protected override async Task Disturb() => await (await PostgresServer.Get()).KillBackends(place.ConnectionString);
}

public sealed class JournalInterleavingsOnSqlite(SqlitePlace place) : JournalInterleavings(place), IClassFixture<SqlitePlace>
{
    private protected override Task<IReadOnlyList<BillingStore>> Stores() => Task.FromResult<IReadOnlyList<BillingStore>>([place.Store]);

    protected override Task Disturb() => Task.CompletedTask;
}

/// <summary>
/// The model: per payload, whether it was acknowledged (must be there once, at the version told), definitely refused (must not be there) or
/// unknown (may be there once). Versions have no gaps, and the payloads of one activation keep their order.
/// </summary>
public abstract class JournalInterleavings(StorePlace place)
{
    const int StreamCount = 6;
    const int ActorCount = 8;
    const int StepsPerActor = 60;

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    private protected abstract Task<IReadOnlyList<BillingStore>> Stores();

    protected abstract Task Disturb();

    /// <summary>One seed more from the environment: BILLING_TEST_SEED=n repeats a failure.</summary>
    public static TheoryData<int> Seeds => int.TryParse(Environment.GetEnvironmentVariable("BILLING_TEST_SEED"), out var seed) ? new(seed) : new(1, 2, 3, 4);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task the_journal_holds_exactly_what_it_answered(int seed)
    {
        var stores = await Stores();
        var streams = Enumerable.Range(0, StreamCount).Select(_ => place.NewStream()).ToArray();
        var told = await Task.WhenAll(Enumerable.Range(0, ActorCount).Select(actor => Task.Run(() => Act(stores, streams, seed, actor), cancel)));
        var outcomes = told.SelectMany(list => list).ToDictionary(outcome => outcome.Payload);
        outcomes.Values.ShouldContain(outcome => outcome.Version > 0, $"seed {seed}");
        foreach (var stream in streams) await Check(stores[0].Journal, stream, outcomes, seed);
    }

    [Theory]
    [InlineData("delete from journal where stream = @stream and version = (select max(version) from journal where stream = @stream)")]
    [InlineData("update journal set payload = payload where stream = @stream")]
    public async Task the_check_finds_a_lost_row_and_nothing_where_nothing_is_wrong(string damage)
    {
        var stream = place.NewStream();
        var writer = place.Store.Journal.Open(stream, 0);
        var outcomes = new List<Outcome>();
        foreach (var payload in (string[])["0.0.0;", "0.0.1;"])
            outcomes.Add(await Outcome.Of(stream, payload, writer.AppendVersion(Encoding.UTF8.GetBytes(payload))));
        await place.Store.Database.Write(async connection =>
        {
            await using var command = connection.Sql(damage).With("stream", stream);
            await command.ExecuteNonQueryAsync(cancel);
        }, cancel);
        var check = () => Check(place.Store.Journal, stream, outcomes.ToDictionary(outcome => outcome.Payload), seed: 0);
        if (damage.StartsWith("delete", StringComparison.Ordinal)) await Assert.ThrowsAsync<ShouldAssertException>(check);
        else await check();
    }

    async Task<List<Outcome>> Act(IReadOnlyList<BillingStore> stores, long[] streams, int seed, int actor)
    {
        var random = new Random(HashCode.Combine(seed, actor) & 0xFFFF);
        var outcomes = new List<Outcome>();
        for (var step = 0; step < StepsPerActor; step++)
        {
            if (actor == 0 && random.Next(10) == 0) await Disturb();
            var (journal, stream) = (stores[random.Next(stores.Count)].Journal, streams[random.Next(streams.Length)]);
            if (await Reload(journal, stream) is not { } head) continue;
            var writer = journal.Open(stream, head);
            var count = random.Next(1, 8);
            var appends = Enumerable.Range(0, count).Select(i => $"{actor}.{step}.{i};")
                .Select(payload => (payload, writer.AppendVersion(Encoding.UTF8.GetBytes(payload)))).ToList();
            foreach (var (payload, append) in appends) outcomes.Add(await Outcome.Of(stream, payload, append));
        }
        return outcomes;
    }

    // A load may meet a cut connection; an activation would be tried again later.
    async Task<long?> Reload(IJournal journal, long stream)
    {
        try { return (await journal.Load(stream, cancel)).Head; }
        catch (StorageException) { return null; }
    }

    async Task Check(IJournal journal, long stream, Dictionary<string, Outcome> outcomes, int seed)
    {
        long? head = null;
        while (head is null) head = await Reload(journal, stream);
        var found = new Dictionary<string, long>();
        var lastOfActivation = new Dictionary<string, int>();
        foreach (var row in (await journal.Load(stream, cancel)).Tail)
            foreach (var payload in Encoding.UTF8.GetString(row.Frames.Span).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(text => text + ";"))
            {
                found.TryAdd(payload, row.Version).ShouldBeTrue($"{payload} stands twice, seed {seed}");
                outcomes[payload].MayBeAt(stream, row.Version).ShouldBeTrue($"{payload} at {stream}/{row.Version} is not {outcomes[payload]}, seed {seed}");
                var (activation, index) = (payload[..payload.LastIndexOf('.')], int.Parse(payload[(payload.LastIndexOf('.') + 1)..^1], null));
                index.ShouldBe(lastOfActivation.GetValueOrDefault(activation, -1) + 1, $"{payload} is out of order, seed {seed}");
                lastOfActivation[activation] = index;
            }
        foreach (var outcome in outcomes.Values.Where(outcome => outcome.Stream == stream && outcome.Version > 0))
            found.ShouldContainKey(outcome.Payload, $"{outcome} was lost, seed {seed}");
    }

    /// <summary>What an append was answered: a version, or why not.</summary>
    sealed record Outcome(long Stream, string Payload, long Version, JournalFailure? Failure)
    {
        public static async Task<Outcome> Of(long stream, string payload, Task<long> append)
        {
            try { return new(stream, payload, await append, null); }
            catch (JournalException e) { return new(stream, payload, 0, e.Failure); }
        }

        public bool MayBeAt(long stream, long version) => stream == Stream && (Version == version || Failure == JournalFailure.Unknown);
    }
}
