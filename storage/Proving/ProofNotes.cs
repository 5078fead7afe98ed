// What a proof must remember across streams, in a file of its own: memory stays bounded, and a proof that was stopped can go on.
using System.Globalization;
using Microsoft.Data.Sqlite;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Proving;

/// <summary>A stream that was proved: up to which version, with which lines of documents, and what was counted.</summary>
public sealed record ProvedStream(long Stream, long Head, long Billed, long Rows, long Events, long Seals, long Waiting, long Violations);

/// <summary>Sums over all streams.</summary>
public sealed record ProvedTotals(long Streams, long Rows, long Events, long Seals, long Waiting, long Violations);

/// <summary>A SQLite file. What is noted of a stream replaces what was noted of it before.</summary>
public sealed class ProofNotes : IAsyncDisposable
{
    const int CommitEvery = 2_000;
    const string Tables = """
        pragma journal_mode = wal; pragma synchronous = normal;
        create table if not exists store (name text not null);
        create table if not exists streams (stream integer primary key, head integer not null, billed integer not null, rows integer not null,
            events integer not null, seals integer not null, waiting integer not null, violations integer not null);
        create table if not exists links (wallet text not null, child text not null, of_wallet integer not null, stream integer not null,
            slices integer not null, received text not null, newest text not null, returned text not null, spent text not null, forced text not null,
            refunded text not null, primary key (wallet, child, of_wallet)) without rowid;
        create table if not exists payments (sender text not null, reference text not null, has_left integer not null, stream integer not null,
            receiver text not null, amount text not null, known integer not null, primary key (sender, reference, has_left, receiver)) without rowid;
        create table if not exists entries (wallet text not null primary key, stream integer not null, account text not null, known integer not null,
            chain text not null) without rowid;
        create table if not exists violations (stream integer not null, place text not null, rule text not null, what text not null);
        create index if not exists violations_by_stream on violations (stream);
        create index if not exists links_by_stream on links (stream);
        create index if not exists payments_by_stream on payments (stream);
        create index if not exists entries_by_stream on entries (stream);
        """;
    readonly SqliteConnection connection;
    readonly string file;
    readonly bool keep;
    SqliteTransaction? transaction;
    int noted;

    ProofNotes(string file, bool keep)
    {
        (this.file, this.keep) = (file, keep);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
    }

    /// <summary>
    /// Opens notes, or begins them. Without a file they are forgotten at the end. Throws <see cref="StorageException"/> when they cannot be used, or
    /// are those of another store.
    /// </summary>
    public static async Task<ProofNotes> Open(string? file, string store, CancellationToken cancel)
    {
        var notes = new ProofNotes(file ?? Path.Combine(Path.GetTempPath(), $"billing-verify-{Guid.NewGuid():N}.notes"), file is not null);
        try
        {
            await notes.connection.OpenAsync(cancel);
            // Notes from before wallets were in the books know nothing of them: everything is looked at again.
            await using var older = notes.connection.Sql("select count(*) from sqlite_master where name = 'entries'");
            var began = await older.Number(cancel) > 0;
            await notes.Run(Tables, cancel);
            if (!began)
                await notes.Run("delete from streams; delete from links; delete from payments; delete from violations", cancel);
            await using var ask = notes.connection.Sql("select name from store");
            var known = await ask.ExecuteScalarAsync(cancel) as string;
            if (known is not null && known != store)
                throw new StorageException(StorageFailure.Refused, $"{file} has the notes of another store ({known}). Name another file with --resume.");
            if (known is null)
            {
                await using var name = notes.connection.Sql("insert into store values (@a)").With("a", store);
                await name.ExecuteNonQueryAsync(cancel);
            }
            notes.transaction = notes.connection.BeginTransaction();
            return notes;
        }
        catch (SqliteException fault)
        {
            await notes.DisposeAsync();
            throw new StorageException(StorageFailure.Refused, $"{notes.file} cannot be used for notes: {fault.Message}", fault);
        }
        catch
        {
            await notes.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first stream that was not looked at yet.</summary>
    public async Task<long> NextStream(CancellationToken cancel)
    {
        await using var command = Sql("select coalesce(max(stream), -1) + 1 from streams");
        return await command.Number(cancel) ?? 0;
    }

    /// <summary>What was noted of a stream, or null.</summary>
    public async Task<ProvedStream?> Find(long stream, CancellationToken cancel)
    {
        await using var command = Sql("select stream, head, billed, rows, events, seals, waiting, violations from streams where stream = @a").With("a", stream);
        return await command.First(reader => new ProvedStream(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
            reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)), cancel);
    }

    /// <summary>Notes a stream.</summary>
    /// <param name="again">It was noted before: what it said then is forgotten.</param>
    public async Task Note(ProvedStream stream, bool again, IEnumerable<WalletLink> links, IEnumerable<WalletPayment> payments,
        WalletEntries? entries, IEnumerable<Violation> violations, CancellationToken cancel)
    {
        if (again)
            await Run(string.Create(CultureInfo.InvariantCulture, $"""
                delete from links where stream = {stream.Stream}; delete from payments where stream = {stream.Stream};
                delete from entries where stream = {stream.Stream};
                delete from violations where stream = {stream.Stream};
                """), cancel);
        await Write("insert or replace into streams values (@0, @1, @2, @3, @4, @5, @6, @7)", cancel, stream.Stream, stream.Head, stream.Billed, stream.Rows,
            stream.Events, stream.Seals, stream.Waiting, stream.Violations);
        foreach (var link in links)
            await Write("insert or replace into links values (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10)", cancel, link.Wallet, link.Child, link.OfWallet,
                stream.Stream, link.Slices, Text(link.Received), Text(link.Newest), Text(link.Returned), Text(link.Spent), Text(link.Forced),
                Text(link.Refunded));
        foreach (var payment in payments)
            await Write("insert or replace into payments values (@0, @1, @2, @3, @4, @5, @6)", cancel, payment.From, payment.Reference, payment.Left,
                stream.Stream, payment.To, Text(payment.Amount), payment.KnownToHaveArrived);
        if (entries is not null)
            await Write("insert or replace into entries values (@0, @1, @2, @3, @4)", cancel, entries.Wallet, stream.Stream, entries.Account, entries.Known,
                string.Join(',', entries.Chain));
        foreach (var one in violations)
            await Write("insert into violations values (@0, @1, @2, @3)", cancel, stream.Stream, one.Where, one.Rule, one.Text);
        if (++noted % CommitEvery == 0)
            Commit();
    }

    /// <summary>Children of wallets, both sides of one together where both are known: the child's first.</summary>
    public async IAsyncEnumerable<WalletLink> Links()
    {
        await using var command = Sql(
            "select wallet, child, of_wallet, slices, received, newest, returned, spent, forced, refunded from links order by 1, 2, 3");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new WalletLink(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetInt64(3), reader.GetDecimal(4),
                reader.GetDecimal(5), reader.GetDecimal(6), reader.GetDecimal(7), reader.GetDecimal(8), reader.GetDecimal(9));
    }

    /// <summary>Payments between wallets, both sides of one together: where it arrived first.</summary>
    public async IAsyncEnumerable<WalletPayment> Payments()
    {
        await using var command = Sql(
            "select sender, reference, receiver, amount, has_left, known from payments order by sender, reference, receiver, has_left");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new WalletPayment(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetDecimal(3), reader.GetBoolean(4),
                reader.GetBoolean(5));
    }

    /// <summary>What wallets mean for the books, by wallet.</summary>
    public async IAsyncEnumerable<WalletEntries> Entries()
    {
        await using var command = Sql("select wallet, account, known, chain from entries order by wallet");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new WalletEntries(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3).Split(','));
    }

    /// <summary>Violations that were noted, by stream.</summary>
    public async IAsyncEnumerable<Violation> Violations(int most)
    {
        await using var command = Sql("select place, rule, what from violations order by stream, rowid limit @a").With("a", most);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new Violation(reader.GetString(0), reader.GetString(1), reader.GetString(2));
    }

    /// <summary>Sums over all streams that were noted.</summary>
    public async Task<ProvedTotals> Totals(CancellationToken cancel)
    {
        await using var command = Sql("""
            select count(*), coalesce(sum(rows), 0), coalesce(sum(events), 0), coalesce(sum(seals), 0), coalesce(sum(waiting), 0), coalesce(sum(violations), 0)
            from streams where head > 0
            """);
        return (await command.First(reader => new ProvedTotals(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
            reader.GetInt64(4), reader.GetInt64(5)), cancel))!;
    }

    /// <summary>Keeps what was noted since the last time.</summary>
    public void Commit()
    {
        transaction!.Commit();
        transaction.Dispose();
        transaction = connection.BeginTransaction();
    }

    /// <summary>Commits, and forgets notes that nobody asked to keep.</summary>
    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
        {
            await transaction.CommitAsync();
            await transaction.DisposeAsync();
        }
        await connection.DisposeAsync();
        if (keep) return;
        foreach (var end in (string[])["", "-wal", "-shm"])
            File.Delete(file + end);
    }

    static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    System.Data.Common.DbCommand Sql(string sql)
    {
        var command = connection.Sql(sql);
        command.Transaction = transaction;
        return command;
    }

    async Task Run(string sql, CancellationToken cancel)
    {
        await using var command = Sql(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    async Task Write(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = (SqliteCommand)Sql(sql);
        for (var at = 0; at < values.Length; at++)
            command.Parameters.AddWithValue("@" + at.ToString(CultureInfo.InvariantCulture), values[at]);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
