// Close runs and their items.
using System.Data.Common;
using NodaTime;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Closing;

sealed partial class ClosingStore : IClosingStore
{
    const string RunColumns = "id, calendar, period, period_start, period_end, state, started_at, finished_at";
    const string ItemColumns = "run, agreement, buyer, state, expected, reported, cursor, document_key, reason, attempts";

    readonly Database database;
    readonly GroupCommit<CloseItem, bool> updates;

    public ClosingStore(Database database)
    {
        this.database = database;
        updates = new(Limits.CloseQueueMax, Limits.CloseBatchMax, WriteItems);
    }

    public Task<CloseRun> Start(CloseRun run, IReadOnlyList<CloseItem> items, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var insert = connection.Sql($"""
            insert into close_runs ({RunColumns}) values (@id, @calendar, @period, @start, @end, @state, @started, @finished) on conflict do nothing
            """).With("id", run.Id).With("calendar", run.Calendar).With("period", run.Period).With("start", run.PeriodStart).With("end", run.PeriodEnd)
            .With("state", (int)run.State).With("started", run.StartedAt).With("finished", run.FinishedAt);
        if (await insert.ExecuteNonQueryAsync(cancel) == 1)
        {
            await Save(connection, items);
            return run;
        }
        await using var select = connection.Sql($"select {RunColumns} from close_runs where calendar = @calendar and period = @period")
            .With("calendar", run.Calendar).With("period", run.Period);
        return await select.First(ReadRun, cancel)
            ?? throw new InvalidOperationException($"Run id '{run.Id}' belongs to another calendar or period.");
    }, cancel);

    public Task<CloseRun?> Get(string runId, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {RunColumns} from close_runs where id = @id").With("id", runId);
        return await command.First(ReadRun, cancel);
    }, cancel);

    public Task<CloseRun?> Newest(string calendar, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {RunColumns} from close_runs where calendar = @calendar order by period_end desc limit 1")
            .With("calendar", calendar);
        return await command.First(ReadRun, cancel);
    }, cancel);

    public Task<IReadOnlyList<CloseRun>> List(string? calendar, string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        var ofCalendar = calendar is null ? "" : " and calendar = @calendar";
        await using var command = connection.Sql($"""
            select {RunColumns} from close_runs
            where (@after = '' or (period_end, id) < (select period_end, id from close_runs where id = @after)){ofCalendar}
            order by period_end desc, id desc limit @limit
            """).With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        if (calendar is not null) command.With("calendar", calendar);
        return await command.List(ReadRun, cancel);
    }, cancel);

    public Task<IReadOnlyList<CloseItem>> Items(string runId, CloseItemState? state, string? afterAgreement, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            var inState = state is null ? "" : " and state = @state";
            await using var command = connection
                .Sql($"select {ItemColumns} from close_items where run = @run and agreement > @after{inState} order by agreement limit @limit")
                .With("run", runId).With("after", afterAgreement ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            if (state is { } wanted) command.With("state", (int)wanted);
            return await command.List(ReadItem, cancel);
        }, cancel);

    public Task<CloseProgress> Progress(string runId, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("""
            select state, count(*), coalesce(sum(expected), 0), coalesce(sum(reported), 0) from close_items where run = @run group by state
            """).With("run", runId);
        var rows = await command.List(reader => (State: (CloseItemState)reader.GetInt32(0), Count: (int)reader.GetInt64(1),
            Expected: reader.GetInt64(2), Reported: reader.GetInt64(3)), cancel);
        int Of(CloseItemState state) => rows.Where(row => row.State == state).Sum(row => row.Count);
        return new CloseProgress(Of(CloseItemState.Pending), Of(CloseItemState.Composed), Of(CloseItemState.Done), Of(CloseItemState.Failed),
            rows.Sum(row => row.Expected), rows.Sum(row => row.Reported));
    }, cancel);

    // Thousands of partners report at the same time; what comes together shares a transaction.
    public Task Update(CloseItem item, CancellationToken cancel) => updates.Add(item, cancel);

    public Task<int> RetryFailed(string runId, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update close_items set state = @pending, reason = null where run = @run and state = @failed")
            .With("pending", (int)CloseItemState.Pending).With("run", runId).With("failed", (int)CloseItemState.Failed);
        return await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task SetState(string runId, CloseRunState state, Instant? finishedAt, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update close_runs set state = @state, finished_at = @finished where id = @id")
            .With("state", (int)state).With("finished", finishedAt).With("id", runId);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task Drain() => updates.Drain();

    async Task<IReadOnlyList<bool>> WriteItems(IReadOnlyList<CloseItem> items)
    {
        // Of several updates of one item the last one stands, as if they had come one by one.
        var newest = items.GroupBy(item => (item.RunId, item.Agreement)).Select(group => group.Last())
            .OrderBy(item => item.RunId, StringComparer.Ordinal).ThenBy(item => item.Agreement, StringComparer.Ordinal).ToList();
        await database.Write(connection => Save(connection, newest), CancellationToken.None);
        return new bool[items.Count];
    }

    static Task Save(DbConnection connection, IReadOnlyList<CloseItem> items) =>
        connection is NpgsqlConnection postgres ? SaveArrays(postgres, items) : SaveRows(connection, items);

    static CloseRun ReadRun(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.Moment(3), reader.Moment(4),
        (CloseRunState)reader.GetInt32(5), reader.Moment(6), reader.MomentOrNull(7));

    static CloseItem ReadItem(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), (CloseItemState)reader.GetInt32(3),
        reader.GetInt32(4), reader.GetInt32(5), reader.Text(6), reader.Text(7), reader.Text(8), reader.GetInt32(9));
}
