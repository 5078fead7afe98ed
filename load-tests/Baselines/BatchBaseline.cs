// B2: what PostgreSQL does with 500 events in one statement, made inside the server: no network, no parsing.
using System.Globalization;
using Npgsql;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Baselines;

/// <summary>In the baseline's favour: each client has subscriptions of its own, so that none waits for another's balances and none can dead-lock.</summary>
sealed class BatchBaseline(string connectionString, Population population) : IDisposable
{
    const int EventsPerStatement = 500;

    const string Schema = """
        create table usage_events (subscription integer not null, id bigint not null, meter text not null, country text not null, quantity numeric not null,
                                   amount numeric not null, at timestamptz not null, primary key (subscription, id));
        create table balances (subscription integer primary key, balance numeric not null) with (fillfactor = 70);
        """;

    // Zipf 1.0 by its continuous form: rank = N^random. 495 events, and the first five of them once more: 1 % duplicates.
    const string Script = """
        with made as materialized (
            select n, 1 + :client_id + :clients * (exp(random() * ln(SUBSCRIPTIONS / :clients))::integer - 1) as subscription,
                   (random() * 9e18)::bigint as id, 1 + (random() * 3)::integer as quantity
            from generate_series(1, 495) n),
        taken as (
            insert into usage_events (subscription, id, meter, country, quantity, amount, at)
            select subscription, id, 'sms.mt.segment', 'FI', quantity, quantity * 0.0450, now()
            from (select * from made union all select * from made where n <= 5) twice
            on conflict do nothing returning subscription, amount),
        sums as (select subscription, sum(amount) as amount from taken group by subscription)
        update balances set balance = balance - sums.amount from sums
        where balances.subscription = sums.subscription and balances.balance >= sums.amount;

        """;

    readonly Pgbench pgbench = new(connectionString, "b2");

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
    public async Task<double> Run(int clients, TimeSpan span, CancellationToken cancel) =>
        await pgbench.Run(clients, span, [$"clients={clients}"], cancel) * EventsPerStatement;

    public void Dispose() => pgbench.Dispose();
}
