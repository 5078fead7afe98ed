// Reading accounts, and appending to them.
using System.Data.Common;
using System.Text.Json;
using NodaTime;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Storage.Accounts;

sealed partial class AccountStore(Database database) : IAccountStore
{
    const string FactColumns = "account, version, kind, fact_id, recorded_at, actor, body";

    public Task<IReadOnlyList<AccountFactRow>> Load(string account, long afterVersion, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"""
                select {FactColumns} from account_facts where account = @account and version > @after order by version limit @limit
                """).With("account", account).With("after", afterVersion).With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(ReadFact, cancel);
        }, cancel);

    public async Task<AppendOutcome> Append(AccountCommit commit, CancellationToken cancel)
    {
        foreach (var change in commit.Documents) Commands.RequireStorable(change.Outstanding);
        try
        {
            await database.Write(async connection =>
            {
                await AccountRows.Book(connection, commit.Entries, cancel);
                foreach (var change in commit.Documents) await Change(connection, change, cancel);
                foreach (var document in commit.NewDocuments ?? []) await DocumentStore.Insert(connection, document.Header, document.Lines, cancel);
            }, cancel);
            return AppendOutcome.Appended;
        }
        catch (AppendLostException lost)
        {
            return lost.Outcome;
        }
    }

    public Task<AccountItem?> Item(string kind, string id, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {AccountRows.ItemColumns} from account_items where kind = @kind and id = @id")
            .With("kind", kind).With("id", id);
        return await command.First(ReadItem, cancel);
    }, cancel);

    public Task<IReadOnlyList<AccountItem>> Items(ItemFilter filter, string? afterId, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            // Only fixed conditions are put together; every value is a parameter.
            await using var command = connection.CreateCommand();
            var where = "kind = @kind and id > @after";
            command.With("kind", filter.Kind).With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            Add(filter.Buyer, "buyer", "buyer = @buyer");
            Add(filter.Seller, "seller", "seller = @seller");
            Add(filter.Status, "status", "status = @status");
            Add(filter.VisibleTo, "visible", "(seller = @visible or buyer = @visible)");
            command.CommandText = $"select {AccountRows.ItemColumns} from account_items where {where} order by id limit @limit";
            return await command.List(ReadItem, cancel);

            void Add(string? value, string name, string condition)
            {
                if (value is null) return;
                where += " and " + condition;
                command.With(name, value);
            }
        }, cancel);

    public Task<IReadOnlyList<AccountHead>> Accounts(string? seller, string? buyer, string? afterId, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            var (ofSeller, ofBuyer) = (seller is null ? "" : " and seller = @seller", buyer is null ? "" : " and buyer = @buyer");
            await using var command = connection.Sql($"""
                select id, seller, buyer, currency, version, unapplied from accounts where id > @after{ofSeller}{ofBuyer} order by id limit @limit
                """).With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            if (seller is not null) command.With("seller", seller);
            if (buyer is not null) command.With("buyer", buyer);
            return await command.List(reader => new AccountHead(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetInt64(4), reader.GetDecimal(5)), cancel);
        }, cancel);

    public async Task<IReadOnlySet<string>> AgreementsToSeal(IReadOnlyList<string> agreements, string run, Instant before, CancellationToken cancel)
    {
        if (agreements.Count == 0) return new HashSet<string>();
        var rows = await database.Read(async connection =>
        {
            var among = database.IsPostgres ? "= any(@agreements)" : "in (select value from json_each(@agreements))";
            await using var command = connection.Sql($"""
                select distinct agreement from account_items where agreement {among} and status = 'submitted' and at < @before
                union select distinct agreement from account_items where run = @run and agreement {among}
                """).With("run", run).With("before", before);
            if (command is NpgsqlCommand postgres) postgres.Parameters.Add(new NpgsqlParameter<string[]>("agreements", [.. agreements]));
            else command.With("agreements", JsonSerializer.Serialize(agreements));
            return await command.List(reader => reader.GetString(0), cancel);
        }, cancel);
        return rows.ToHashSet(StringComparer.Ordinal);
    }

    static async Task Change(DbConnection connection, DocumentChange change, CancellationToken cancel)
    {
        await using var command = connection.Sql("""
            update documents set status = @status, outstanding = @outstanding, paid_on = @paid where number = @number
            """).With("status", change.Status).With("outstanding", change.Outstanding).With("paid", change.PaidOn).With("number", change.Number);
        if (await command.ExecuteNonQueryAsync(cancel) != 1) throw new KeyNotFoundException($"There is no document '{change.Number}'.");
    }

    static AccountFactRow ReadFact(DbDataReader reader) => new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3),
        reader.Moment(4), reader.GetString(5), reader.GetString(6));

    static AccountItem ReadItem(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
        reader.GetString(4), reader.Text(5), reader.Moment(6), reader.GetString(7), reader.Text(8), reader.GetDecimal(9), reader.GetString(10));
}
