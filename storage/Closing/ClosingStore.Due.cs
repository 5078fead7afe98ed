// Due work: what a grain must do at an instant.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Closing;

sealed partial class ClosingStore
{
    public Task SetDue(DueWork work, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            insert into due_work (grain, kind, at) values (@grain, @kind, @at) on conflict (grain, kind) do update set at = excluded.at
            """).With("grain", work.Grain).With("kind", work.Kind).With("at", work.At);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task Wake(string kind, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        // The words are those of the partial index.
        await using var command = connection.Sql("update due_work set at = @at where kind = @kind and at > @at and substr(kind, 1, 6) = 'funds/'")
            .With("kind", kind).With("at", at);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task ClearDue(DueWork work, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("delete from due_work where grain = @grain and kind = @kind and at = @at")
            .With("grain", work.Grain).With("kind", work.Kind).With("at", work.At);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<IReadOnlyList<DueWork>> Due(Instant through, DueWork? after, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"""
            select at, grain, kind from due_work where at <= @through {(after is null ? "" : "and (at, grain, kind) > (@at, @grain, @kind)")}
            order by at, grain, kind limit @limit
            """).With("through", through).With("limit", Math.Min(limit, Limits.StorePageMax));
        if (after is not null)
            command.With("at", after.At).With("grain", after.Grain).With("kind", after.Kind);
        return await command.List(ReadDue, cancel);
    }, cancel);

    public Task<Instant?> NextDue(CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select min(at) from due_work");
        return (await command.Number(cancel))?.ToInstant();
    }, cancel);

    static DueWork ReadDue(DbDataReader reader) => new(reader.Moment(0), reader.GetString(1), reader.GetString(2));
}
