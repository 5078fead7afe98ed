// B5: how fast PostgreSQL takes rows at all: raw binary COPY, one row per event, primary key (subscription, version), nothing decided.
using System.Buffers.Binary;
using System.Diagnostics;
using Npgsql;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Baselines;

sealed class CopyBaseline(string connectionString, Population population)
{
    public const int Connections = 2;
    const int RowsPerCopy = 5_000;
    const int PayloadBytes = 120;
    const int RowBytes = 2 + 4 + 8 + 4 + 8 + 4 + PayloadBytes;
    static readonly byte[] Head = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    readonly SubscriptionSampler sampler = SubscriptionSampler.Zipf(1.0, population.Subscriptions, population.Subscriptions);
    readonly long[][] versions = [.. Enumerable.Range(0, Connections).Select(_ => new long[population.Subscriptions])];
    ulong seed = 77;

    public async Task Create(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var schema = source.CreateCommand(
            "create table copied (subscription bigint not null, version bigint not null, payload bytea not null, primary key (subscription, version))");
        await schema.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Rows per second.</summary>
    public async Task<double> Run(int writers, TimeSpan span, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var began = Stopwatch.GetTimestamp();
        var rows = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => Write(source, writer, began, span, cancel), cancel)));
        return rows.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    async Task<long> Write(NpgsqlDataSource source, int writer, long began, TimeSpan span, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var random = new Prng(unchecked(seed++ * 31 + (ulong)writer));
        var buffer = new byte[Head.Length + (RowsPerCopy * RowBytes) + 2];
        var rows = 0L;
        for (; Stopwatch.GetElapsedTime(began) < span; rows += RowsPerCopy)
        {
            Fill(buffer, ref random, writer);
            await using var copy = await connection.BeginRawBinaryCopyAsync("copy copied (subscription, version, payload) from stdin (format binary)", cancel);
            await copy.WriteAsync(buffer, cancel);
        }

        return rows;
    }

    // Each writer has its own half of the keys: the other one's would be conflicts.
    void Fill(Span<byte> buffer, ref Prng random, int writer)
    {
        Head.CopyTo(buffer);
        var at = Head.Length;
        for (var row = 0; row < RowsPerCopy; row++, at += RowBytes)
        {
            var subscription = sampler.Next(ref random);
            var target = buffer.Slice(at, RowBytes);
            BinaryPrimitives.WriteInt16BigEndian(target, 3);
            BinaryPrimitives.WriteInt32BigEndian(target[2..], 8);
            BinaryPrimitives.WriteInt64BigEndian(target[6..], (subscription * (long)Connections) + writer);
            BinaryPrimitives.WriteInt32BigEndian(target[14..], 8);
            BinaryPrimitives.WriteInt64BigEndian(target[18..], ++versions[writer][subscription]);
            BinaryPrimitives.WriteInt32BigEndian(target[26..], PayloadBytes);
        }

        buffer[at] = buffer[at + 1] = 0xFF;
    }
}
