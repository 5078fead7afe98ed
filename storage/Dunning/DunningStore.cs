// Dunning cases and their facts in two tables; what is owed is read from the documents.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Dunning;

sealed class DunningStore(Database database) : IDunningStore
{
    const string Columns = "agreement, account, seller, buyer, version, body";

    public Task<StoredCase?> Get(string agreement, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from dunning_cases where agreement = @agreement").With("agreement", agreement);
        return await command.First(Read, cancel);
    }, cancel);

    public Task<IReadOnlyList<StoredCase>> List(string? buyer, string? afterAgreement, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql(
                $"select {Columns} from dunning_cases where agreement > @after{(buyer is null ? "" : " and buyer = @buyer")} order by agreement limit @limit")
                .With("after", afterAgreement ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            if (buyer is not null) command.With("buyer", buyer);
            return await command.List(Read, cancel);
        }, cancel);

    public async Task<bool> Append(DunningAppend append, CancellationToken cancel)
    {
        try
        {
            await database.Write(connection => Append(connection, append, cancel), cancel);
            return true;
        }
        catch (MovedException)
        {
            return false;
        }
    }

    public Task<IReadOnlyList<StoredDunningFact>> Facts(string agreement, long after, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql("""
                select version, recorded_at, body from dunning_facts where agreement = @agreement and version > @after order by version limit @limit
                """).With("agreement", agreement).With("after", after).With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(reader => new StoredDunningFact(reader.GetInt64(0), reader.Moment(1), reader.GetString(2)), cancel);
        }, cancel);

    public Task<IReadOnlyList<OwedRow>> Owed(string agreement, string buyer, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("""
            select number, issue_date, due_date, outstanding from documents
            where buyer = @buyer and agreement = @agreement and kind in ('invoice', 'opening_balance') and number is not null and cast(outstanding as numeric) > 0
            order by due_date, number limit @limit
            """).With("buyer", buyer).With("agreement", agreement).With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(reader => new OwedRow(reader.GetString(0), reader.Date(1), reader.Date(2), reader.GetDecimal(3)), cancel);
    }, cancel);

    public Task WakeAll(string kind, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            insert into due_work (grain, kind, at) select distinct 'dunning/' || account, @kind, @at from dunning_cases where true
            on conflict (grain, kind) do update set at = excluded.at
            """).With("kind", kind).With("at", (Instant?)at);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static async Task Append(DbConnection connection, DunningAppend append, CancellationToken cancel)
    {
        var one = append.Case;
        await using var put = connection.Sql(append.Expected == 0
            ? $"insert into dunning_cases ({Columns}) values (@agreement, @account, @seller, @buyer, @version, @body) on conflict (agreement) do nothing"
            : """
              update dunning_cases set account = @account, seller = @seller, buyer = @buyer, version = @version, body = @body
              where agreement = @agreement and version = @expected
              """)
            .With("agreement", one.Agreement).With("account", one.Account).With("seller", one.Seller).With("buyer", one.Buyer).With("version", one.Version)
            .With("body", one.Body);
        if (append.Expected != 0) put.With("expected", append.Expected);
        if (await put.ExecuteNonQueryAsync(cancel) == 0)
            throw new MovedException();
        for (var index = 0; index < append.Facts.Count; index++)
        {
            await using var fact = connection.Sql("insert into dunning_facts (agreement, version, recorded_at, body) values (@agreement, @version, @at, @body)")
                .With("agreement", one.Agreement).With("version", append.Expected + index + 1).With("at", (Instant?)append.At)
                .With("body", append.Facts[index]);
            await fact.ExecuteNonQueryAsync(cancel);
        }
    }

    static StoredCase Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
        reader.GetString(5));

    sealed class MovedException : Exception;
}
