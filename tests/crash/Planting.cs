// Faults put into a database that was right, each as an invariant would be broken by a bug.
using System.Buffers.Binary;
using System.Data.Common;
using OrleansBilling.Crash.Tests.Checking;

namespace OrleansBilling.Crash.Tests;

/// <summary>One stream with usage in the middle of it is picked; rows get a right checksum, or the checksum alone would tell.</summary>
sealed class Planting(DbConnection connection, DatabaseFacts facts)
{
    JournalRow Row => facts.Rows.Where(row => HasUsage(row) && facts.Rows.Any(later => later.Stream == row.Stream && later.Version > row.Version && HasUsage(later)))
        .MaxBy(row => row.Version)!;

    JournalRow Last => facts.Rows.Where(row => row.Stream == Row.Stream).MaxBy(row => row.Version)!;

    StoredDocument Invoice => facts.Documents.First(document => document.Kind == "invoice" && document.Number is not null);

    StoredLine UsageLine => facts.Lines.First(line => line.Document == Invoice.Id && line.Body.Proof is not null);

    public Task DeleteRow() => Run($"delete from journal where stream = {Row.Stream} and version = {Row.Version}");

    /// <summary>As if a flush that was answered had never reached the disk: no gap tells of it.</summary>
    public Task CutTail() => Run($"delete from journal where stream = {Row.Stream} and version >= {Row.Version}");

    public Task Double() => Insert(Row.Stream, Last.Version + 1, [.. Row.Payload]);

    public Task Flip() => Replace(Row, payload => payload[payload.Length / 2] ^= 1, seal: false);

    /// <summary>The last digit of a charged amount.</summary>
    public Task ChangeAmount() => Replace(Row, payload => payload[Row.Items().OfType<UsageStored>().First().Legs[0].AmountAt + 1] ^= 1, seal: true);

    public async Task SkipVersion()
    {
        await Run($"delete from journal where stream = {Last.Stream} and version = {Last.Version}");
        await Insert(Last.Stream, Last.Version + 1, [.. Last.Payload]);
    }

    public async Task SecondInvoice()
    {
        await Run($"""
            insert into documents (key, number, kind, status, seller, buyer, agreement, calendar, period, period_from, period_to, currency, net, tax, total, body, created_at)
            select key || '-again', substr(number, 1, length(number) - 6) || '000099', kind, status, seller, buyer, agreement, calendar, period, period_from, period_to,
                currency, '0', '0', '0', body, created_at from documents where id = {Invoice.Id}
            """);
    }

    public Task NoInvoice() => Run($"update documents set number = null, status = 'draft' where id = {Invoice.Id}");

    public Task BreakSeries() => Run($"update documents set number = substr(number, 1, length(number) - 6) || '000777' where id = {Invoice.Id}");

    public Task LoseLine() => Run($"delete from document_lines where document = {Invoice.Id} and child = '{UsageLine.Subscription}' and line_number = 1");

    public Task RepeatLine() => Run($"""
        insert into document_lines select * from document_lines where document = {Invoice.Id} and child = '{UsageLine.Subscription}' and line_number = 1
        """);

    public Task RaiseTotal() => Run($"update documents set total = cast(total + 0.01 as text) where id = {Invoice.Id}");

    /// <summary>A proof that leaves out where the usage began.</summary>
    public Task ShortenProof() => Run($"""
        update document_lines set body = json_set(body, '$.proof.from_version', {UsageLine.Body.Proof!.ToVersion + 1})
        where document = {Invoice.Id} and child = '{UsageLine.Subscription}' and line_number = 1
        """);

    static bool HasUsage(JournalRow row) => row.Items().Any(item => item is UsageStored);

    async Task Replace(JournalRow row, Action<byte[]> change, bool seal)
    {
        byte[] payload = [.. row.Payload];
        change(payload);
        await Run($"delete from journal where stream = {row.Stream} and version = {row.Version}");
        await Insert(row.Stream, row.Version, payload, seal);
    }

    async Task Insert(long stream, long version, byte[] payload, bool seal = true)
    {
        if (seal) BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(payload.Length - 8), JournalRow.ChecksumOf(stream, version, payload));
        await Run($"insert into journal (stream, version, payload) values ({stream}, {version}, x'{Convert.ToHexString(payload)}')");
    }

    async Task Run(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0, sql);
    }
}
