// Writes entries of accounts inside somebody's transaction: heads in the order of ids, then facts, postings and items.
using System.Data.Common;
using NodaTime;
using Npgsql;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Accounts;

/// <summary>Thrown inside a transaction, so that nothing of it stands.</summary>
sealed class AppendLostException(AppendOutcome outcome) : Exception($"An append was lost: {outcome}.")
{
    public AppendOutcome Outcome => outcome;
}

/// <summary>
/// Heads are locked in the order of ids, or two transactions could wait for each other in a circle. Bulk closes come here with hundreds of entries.
/// </summary>
static partial class AccountRows
{
    public static async Task Book(DbConnection connection, IReadOnlyList<AccountEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0) return;
        foreach (var entry in entries) Require(entry);
        var accounts = entries.GroupBy(entry => entry.Account).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var heads = entries.All(entry => entry.Expected is null) && connection is NpgsqlConnection postgres
            ? await RaiseAll(postgres, accounts, cancel)
            : await RaiseEach(connection, accounts, cancel);
        var facts = accounts.SelectMany(group => Numbered(group, heads[group.Key])).ToList();
        await InsertFacts(connection, facts, cancel);
        await InsertPostings(connection, facts, cancel);
        await UpsertItems(connection, [.. entries.SelectMany(entry => entry.Items)], cancel);
        foreach (var entry in entries.Where(entry => entry.WhenUnapplied is not null && heads[entry.Account].Unapplied != 0))
            await SetDue(connection, entry.WhenUnapplied!, cancel);
    }

    static IEnumerable<NumberedFact> Numbered(IGrouping<string, AccountEntry> account, Head head)
    {
        var version = head.Version - account.Sum(entry => entry.Facts.Count);
        foreach (var entry in account)
            foreach (var fact in entry.Facts) yield return new NumberedFact(account.Key, ++version, entry.Currency, fact);
    }

    static async Task<Dictionary<string, Head>> RaiseAll(NpgsqlConnection connection, List<IGrouping<string, AccountEntry>> accounts, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            insert into accounts (id, seller, buyer, currency, version, unapplied)
            select id, seller, buyer, currency, facts, 0 from unnest($1, $2, $3, $4, $5) as given (id, seller, buyer, currency, facts) order by id
            on conflict (id) do update set version = accounts.version + excluded.version
            returning id, version, unapplied
            """, connection);
        command.Parameters.Texts(accounts.Select(group => group.Key)).Texts(accounts.Select(group => group.First().Seller))
            .Texts(accounts.Select(group => group.First().Buyer)).Texts(accounts.Select(group => group.First().Currency))
            .Longs(accounts.Select(group => (long)group.Sum(entry => entry.Facts.Count)));
        return (await command.List(ReadHead, cancel)).ToDictionary(head => head.Account);
    }

    static async Task<Dictionary<string, Head>> RaiseEach(DbConnection connection, List<IGrouping<string, AccountEntry>> accounts, CancellationToken cancel)
    {
        var heads = new Dictionary<string, Head>();
        foreach (var account in accounts)
        {
            var (first, facts) = (account.First(), account.Sum(entry => entry.Facts.Count));
            await using var create = connection.Sql("""
                insert into accounts (id, seller, buyer, currency, version, unapplied) values (@id, @seller, @buyer, @currency, 0, @zero)
                on conflict do nothing
                """).With("id", first.Account).With("seller", first.Seller).With("buyer", first.Buyer).With("currency", first.Currency).With("zero", 0m);
            await create.ExecuteNonQueryAsync(cancel);
            await using var raise = connection.Sql($"""
                update accounts set version = version + @facts{(first.Unapplied is null ? "" : ", unapplied = @unapplied")}
                where id = @id{(first.Expected is null ? "" : " and version = @expected")} returning id, version, unapplied
                """).With("facts", (long)facts).With("id", first.Account);
            if (first.Unapplied is not null) raise.With("unapplied", first.Unapplied);
            if (first.Expected is { } expected) raise.With("expected", expected);
            heads[first.Account] = await raise.First(ReadHead, cancel) ?? throw new AppendLostException(AppendOutcome.VersionTaken);
        }
        return heads;
    }

    static async Task SetDue(DbConnection connection, DueWork work, CancellationToken cancel)
    {
        await using var command = connection.Sql("""
            insert into due_work (grain, kind, at) values (@grain, @kind, @at) on conflict (grain, kind) do update set at = excluded.at
            """).With("grain", work.Grain).With("kind", work.Kind).With("at", work.At);
        await command.ExecuteNonQueryAsync(cancel);
    }

    static void Require(AccountEntry entry)
    {
        foreach (var fact in entry.Facts)
        {
            foreach (var text in (string[])[fact.FactId, fact.Actor, fact.Body]) Commands.RequireText(text, "A fact");
            foreach (var line in fact.Postings) Commands.RequireStorable(line.Amount);
        }
        foreach (var item in entry.Items)
        {
            Commands.RequireStorable(item.Remaining);
            foreach (var text in (string[])[item.Id, item.Body]) Commands.RequireText(text, "An item");
        }
    }

    static Head ReadHead(DbDataReader reader) => new(reader.GetString(0), reader.GetInt64(1), reader.GetDecimal(2));

    sealed record Head(string Account, long Version, decimal Unapplied);

    sealed record NumberedFact(string Account, long Version, string Currency, NewFact Fact);
}
