// The bulk statements, in each database's own way.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Accounts;

static partial class AccountRows
{
    public const string ItemColumns = "kind, id, account, seller, buyer, agreement, at, status, run, remaining, body";

    // An id belongs to the account that had it first: another one's row is left alone, and then the count is short.
    const string ItemUpsert = """
         on conflict (kind, id) do update set agreement = excluded.agreement, at = excluded.at, status = excluded.status, run = excluded.run,
            remaining = excluded.remaining, body = excluded.body
        where account_items.account = excluded.account
        """;

    static async Task InsertFacts(DbConnection connection, IReadOnlyList<NumberedFact> facts, CancellationToken cancel)
    {
        if (connection is NpgsqlConnection postgres)
        {
            await using var all = new NpgsqlCommand("""
                insert into account_facts (account, version, kind, fact_id, recorded_at, actor, body) select * from unnest($1, $2, $3, $4, $5, $6, $7)
                """, postgres);
            all.Parameters.Texts(facts.Select(one => one.Account)).Longs(facts.Select(one => one.Version)).Texts(facts.Select(one => one.Fact.Kind))
                .Texts(facts.Select(one => one.Fact.FactId)).Longs(facts.Select(one => one.Fact.RecordedAt.ToMicroseconds()))
                .Texts(facts.Select(one => one.Fact.Actor)).Texts(facts.Select(one => one.Fact.Body));
            await all.ExecuteNonQueryAsync(cancel);
            return;
        }
        using var insert = connection.Sql("""
            insert into account_facts (account, version, kind, fact_id, recorded_at, actor, body) values (@account, @version, @kind, @id, @at, @actor, @body)
            """).With("account", "").With("version", 0L).With("kind", "").With("id", "").With("at", 0L).With("actor", "").With("body", "");
        foreach (var (account, version, _, fact) in facts)
            Execute(insert, account, version, fact.Kind, fact.FactId, fact.RecordedAt.ToMicroseconds(), fact.Actor, fact.Body);
    }

    static async Task InsertPostings(DbConnection connection, IReadOnlyList<NumberedFact> facts, CancellationToken cancel)
    {
        var lines = facts.SelectMany(one => one.Fact.Postings.Select((line, number) => (Of: one, Number: number, Line: line))).ToList();
        if (lines.Count == 0) return;
        if (connection is NpgsqlConnection postgres)
        {
            await using var all = new NpgsqlCommand("""
                insert into postings (account, version, line, ledger, amount, currency, recorded_at) select * from unnest($1, $2, $3, $4, $5, $6, $7)
                """, postgres);
            all.Parameters.Texts(lines.Select(one => one.Of.Account)).Longs(lines.Select(one => one.Of.Version)).Ints(lines.Select(one => one.Number))
                .Texts(lines.Select(one => one.Line.Ledger)).Decimals(lines.Select(one => (decimal?)one.Line.Amount))
                .Texts(lines.Select(one => one.Of.Currency)).Longs(lines.Select(one => one.Of.Fact.RecordedAt.ToMicroseconds()));
            await all.ExecuteNonQueryAsync(cancel);
            return;
        }
        using var insert = connection.Sql("""
            insert into postings (account, version, line, ledger, amount, currency, recorded_at)
            values (@account, @version, @line, @ledger, @amount, @currency, @at)
            """).With("account", "").With("version", 0L).With("line", 0).With("ledger", "").With("amount", 0m).With("currency", "").With("at", 0L);
        foreach (var (of, number, line) in lines)
            Execute(insert, of.Account, of.Version, number, line.Ledger, line.Amount, of.Currency, of.Fact.RecordedAt.ToMicroseconds());
    }

    static async Task UpsertItems(DbConnection connection, IReadOnlyList<AccountItem> items, CancellationToken cancel)
    {
        if (items.Count == 0) return;
        var written = connection is NpgsqlConnection postgres ? await UpsertArrays(postgres, items, cancel) : UpsertEach(connection, items);
        if (written != items.Count) throw new AppendLostException(AppendOutcome.IdTaken);
    }

    static async Task<int> UpsertArrays(NpgsqlConnection connection, IReadOnlyList<AccountItem> items, CancellationToken cancel)
    {
        await using var all = new NpgsqlCommand(
            $"insert into account_items ({ItemColumns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" + ItemUpsert, connection);
        all.Parameters.Texts(items.Select(item => item.Kind)).Texts(items.Select(item => item.Id)).Texts(items.Select(item => item.Account))
            .Texts(items.Select(item => item.Seller)).Texts(items.Select(item => item.Buyer)).Texts(items.Select(item => item.Agreement))
            .Longs(items.Select(item => item.At.ToMicroseconds())).Texts(items.Select(item => item.Status)).Texts(items.Select(item => item.Run))
            .Decimals(items.Select(item => (decimal?)item.Remaining)).Texts(items.Select(item => item.Body));
        return await all.ExecuteNonQueryAsync(cancel);
    }

    static int UpsertEach(DbConnection connection, IReadOnlyList<AccountItem> items)
    {
        using var one = connection.Sql($"""
            insert into account_items ({ItemColumns})
            values (@kind, @id, @account, @seller, @buyer, @agreement, @at, @status, @run, @remaining, @body)
            """ + ItemUpsert)
            .With("kind", "").With("id", "").With("account", "").With("seller", "").With("buyer", "").With("agreement", "").With("at", 0L)
            .With("status", "").With("run", "").With("remaining", 0m).With("body", "");
        return items.Sum(item => Execute(one, item.Kind, item.Id, item.Account, item.Seller, item.Buyer, item.Agreement, item.At.ToMicroseconds(),
            item.Status, item.Run, item.Remaining, item.Body));
    }

    static int Execute(DbCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Set(i, values[i]);
        return command.ExecuteNonQuery();
    }
}
