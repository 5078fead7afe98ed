// Proves the checker against a real server and a real journal: it must pass what is right and catch each planted fault.
using Npgsql;
using NpgsqlTypes;
using OrleansBilling.LoadTests.Checking;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

static class SelfTest
{
    static readonly Population Small = new(5, 20, 200);

    public static async Task<int> Run(CancellationToken cancel)
    {
        await using var postgres = await BenchPostgres.Start();
        var connectionString = await postgres.CreateDatabase();
        var logs = await Load(postgres, connectionString, cancel);
        await using var source = NpgsqlDataSource.Create(connectionString);
        var good = await Expect(source, logs, "the journal as it is", wanted: true, cancel);
        foreach (var fault in PlantedFault.All(await Rows(source, cancel)))
        {
            await Replace(source, fault.Removed, fault.Added, cancel);
            good &= await Expect(source, logs, fault.Name, wanted: false, cancel);
            await Replace(source, fault.Added, fault.Removed, cancel);
        }

        good &= await Expect(source, logs, "the journal without the faults", wanted: true, cancel);
        Console.WriteLine(good ? "The checker holds." : "The checker does not hold.");
        return good ? 0 : 1;
    }

    static async Task<List<SentLog>> Load(BenchPostgres postgres, string connectionString, CancellationToken cancel)
    {
        await using var server = await BillingServer.Start(connectionString, cancel);
        await Small.Create(server.Target(postgres), cancel);
        var mix = new EventMix(100, 50, SubscriptionSampler.Zipf(1.0, Small.Subscriptions, Small.Subscriptions));
        await using var run = await LoadRun.Start(server.Target(postgres), mix, 4, 1, cancel);
        await run.Measure(TimeSpan.FromSeconds(2), cancel);
        await run.Stop();
        return run.Logs;
    }

    static async Task<bool> Expect(NpgsqlDataSource source, List<SentLog> logs, string what, bool wanted, CancellationToken cancel)
    {
        var store = new CheckedStore(source, Small.Subscriptions);
        await store.Learn(cancel);
        var violations = await store.Check(logs, cancel);
        var fine = violations.Count == 0 == wanted;
        Console.WriteLine($"{(fine ? "ok  " : "FAIL")} {what}: {(violations.Count == 0 ? $"{store.Events:N0} events hold" : violations[0])}");
        return fine;
    }

    static async Task<List<StoredRow>> Rows(NpgsqlDataSource source, CancellationToken cancel)
    {
        var rows = new List<StoredRow>();
        await using var command = source.CreateCommand("select stream, version, payload from journal where stream in (select stream from definitions where kind = 'subscription')");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        return rows;
    }

    static async Task Replace(NpgsqlDataSource source, StoredRow? removed, StoredRow? added, CancellationToken cancel)
    {
        if (removed is { } old)
            await Run(source, "delete from journal where stream = $1 and version = $2 and $3 is not null", old, cancel);
        if (added is { } row)
            await Run(source, "insert into journal (stream, version, payload) values ($1, $2, $3)", row, cancel);
    }

    static async Task Run(NpgsqlDataSource source, string sql, StoredRow row, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new() { Value = row.Stream, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = row.Version, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = row.Payload, NpgsqlDbType = NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
