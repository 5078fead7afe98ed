// B1: what a careful application does without this product, one statement per event, driven by pgbench on the same PostgreSQL.
using System.Globalization;
using Npgsql;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Baselines;

/// <summary>In the baseline's favour: one leg instead of two, its price in the statement, an 8-byte event id.</summary>
sealed class PgbenchBaseline(string connectionString, Population population) : IDisposable
{
    const string Schema = """
        create table usage_events (subscription integer not null, id bigint not null, meter text not null, country text not null, quantity numeric not null,
                                   amount numeric not null, at timestamptz not null, primary key (subscription, id));
        create table balances (subscription integer primary key, balance numeric not null) with (fillfactor = 70);
        """;

    // One in a hundred transactions repeats its client's last event: the variables live on.
    const string Script = """
        \set one random(1, 100)
        \if :one > 1
        \set subscription random_zipfian(1, SUBSCRIPTIONS, 1.001)
        \set id random(1, 9000000000000000000)
        \set quantity random(1, 4)
        \endif
        with taken as (
            insert into usage_events (subscription, id, meter, country, quantity, amount, at)
            values (:subscription, :id, 'sms.mt.segment', 'FI', :quantity, :quantity * 0.0450, now())
            on conflict do nothing returning subscription, amount)
        update balances set balance = balance - taken.amount from taken
        where balances.subscription = taken.subscription and balances.balance >= taken.amount;

        """;

    readonly Pgbench pgbench = new(connectionString, "b1");

    public async Task Create(CancellationToken cancel)
    {
        var subscriptions = population.Subscriptions.ToString(CultureInfo.InvariantCulture);
        await pgbench.Script(Script.Replace("SUBSCRIPTIONS", subscriptions, StringComparison.Ordinal), cancel);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var schema = source.CreateCommand(Schema);
        await schema.ExecuteNonQueryAsync(cancel);
        await using var fill = source.CreateCommand("insert into balances select one, 1000000000 from generate_series(1, $1) one");
        fill.Parameters.AddWithValue(population.Subscriptions);
        await fill.ExecuteNonQueryAsync(cancel);
        await using var analyze = source.CreateCommand("vacuum analyze balances");
        await analyze.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Events per second.</summary>
    public Task<double> Run(int clients, TimeSpan span, CancellationToken cancel) =>
        pgbench.Run(clients, span, ["subscription=1", "id=1", "quantity=1"], cancel);

    public void Dispose() => pgbench.Dispose();
}
