// Harm done to a store that was right, row by row, with checksums that hold; and everything put back.
using System.Buffers.Binary;
using System.Data.Common;
using System.IO.Hashing;
using System.Text;

namespace OrleansBilling.Server.Tests.Proving;

/// <summary>Written from the description of the format, not with the product's writer.</summary>
sealed class StoreHarm(DbConnection connection)
{
    static readonly string[] Tables =
    [
        "journal", "documents", "document_lines", "document_series", "accounts", "account_facts", "account_items", "postings", "party_facts", "party_states",
        "dunning_facts", "dunning_cases",
    ];

    public Task Keep() => EachTable(async table =>
    {
        await Changed($"drop table if exists kept_{table}");
        await Changed($"create table kept_{table} as select * from {table}");
    });

    public Task PutBack() => EachTable(async table =>
    {
        await Changed($"delete from {table}");
        var own = table == "documents" && connection is Npgsql.NpgsqlConnection ? "overriding system value " : "";
        await Changed($"insert into {table} {own}select * from kept_{table}");
    });

    // One commit for all of them: this is done for every harm.
    async Task EachTable(Func<string, Task> change)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var table in Tables) await change(table);
        await transaction.CommitAsync();
    }

    public async Task<long> Stream(string kind, string id) => (long)(await Ask($"select stream from definitions where kind = '{kind}' and id = '{id}'"))!;

    public async Task<long> Last(long stream) => (long)(await Ask($"select coalesce(max(version), 0) from journal where stream = {stream}"))!;

    /// <summary>Exchanges a decimal for another of the same length, wherever it stands in a stream; the checksum is made right.</summary>
    public async Task Exchange(long stream, decimal before, decimal after)
    {
        var (old, changed) = (Decimal(before), Decimal(after));
        changed.Length.ShouldBe(old.Length);
        for (var version = 1L; version <= await Last(stream); version++)
        {
            var payload = (byte[])(await Ask($"select payload from journal where stream = {stream} and version = {version}"))!;
            if (payload.AsSpan().IndexOf(old) is not (>= 0 and var at)) continue;
            changed.CopyTo(payload, at);
            await Replace(stream, version, payload);
            return;
        }
        throw new InvalidOperationException($"{before} stands nowhere in stream {stream}.");
    }

    public async Task Flip(long stream, long version)
    {
        var payload = (byte[])(await Ask($"select payload from journal where stream = {stream} and version = {version}"))!;
        payload[payload.Length / 2] ^= 1;
        await Replace(stream, version, payload, seal: false);
    }

    /// <summary>Makes something else of a row's bytes; its checksum is whatever stands there then.</summary>
    public async Task Change(long stream, long version, Func<byte[], byte[]> change) => await Replace(stream, version,
        change((byte[])(await Ask($"select payload from journal where stream = {stream} and version = {version}"))!), seal: false);

    /// <summary>A row once more, behind the last one.</summary>
    public async Task Double(long stream, long version) =>
        await Replace(stream, await Last(stream) + 1, (byte[])(await Ask($"select payload from journal where stream = {stream} and version = {version}"))!);

    /// <summary>Writes the newest base of a stream as another version would: under another format, its checksum right or not.</summary>
    public async Task ReplaceBase(long stream, byte format, bool seal = true)
    {
        var version = (long)(await Ask($"select max(version) from journal_bases where stream = {stream}"))!;
        var state = (byte[])(await Ask($"select state from journal_bases where stream = {stream} and version = {version}"))!;
        state[0] = format;
        var checksum = unchecked((long)Checksum(0, stream, version, state));
        await Write($"update journal_bases set state = @state{(seal ? ", checksum = @checksum" : "")} where stream = {stream} and version = {version}",
            ("state", state), ("checksum", checksum));
    }

    /// <summary>One more row with these frames.</summary>
    public async Task Append(long stream, params byte[][] frames) =>
        await Replace(stream, await Last(stream) + 1, [1, .. frames.SelectMany(frame => frame), .. new byte[8]]);

    public static byte[] Frame(byte kind, params object[] members)
    {
        byte[] content = [.. members.SelectMany(Packed)];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [kind, 1, .. length, .. content];
    }

    /// <summary>Does harm: a statement that finds nothing to change is a mistake.</summary>
    public async Task Run(string sql) => (await Changed(sql)).ShouldBeGreaterThan(0, sql);

    async Task<int> Changed(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    async Task<object?> Ask(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    async Task Replace(long stream, long version, byte[] payload, bool seal = true)
    {
        if (seal)
            BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(payload.Length - 8), Checksum(payload[0], stream, version, payload.AsSpan(1, payload.Length - 9)));
        await Write("insert into journal (stream, version, payload) values (@stream, @version, @payload) on conflict (stream, version) do update set payload = excluded.payload",
            ("stream", stream), ("version", version), ("payload", payload));
    }

    static ulong Checksum(byte format, long stream, long version, ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash3();
        hash.Append([format]);
        hash.Append(Int64(stream));
        hash.Append(Int64(version));
        hash.Append(bytes);
        return hash.GetCurrentHashAsUInt64();
    }

    async Task Write(string sql, params (string Name, object Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values.Where(one => sql.Contains('@' + one.Name, StringComparison.Ordinal)))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        await command.ExecuteNonQueryAsync();
    }

    static IEnumerable<byte> Packed(object member) => member switch
    {
        byte one => [one],
        int number => Varint((ulong)number),
        long whole => Int64(whole),
        string text => [.. Varint((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)],
        decimal exact => Decimal(exact),
        _ => throw new ArgumentException($"{member.GetType().Name} has no packed form.", nameof(member)),
    };

    static byte[] Decimal(decimal value)
    {
        var parts = decimal.GetBits(value);
        return [(byte)(((parts[3] >> 16) & 0x7F) | (value < 0 ? 0x80 : 0)), .. Varint((uint)parts[0] | ((ulong)(uint)parts[1] << 32))];
    }

    static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)((value & 0x7F) | 0x80);
        yield return (byte)value;
    }
}
