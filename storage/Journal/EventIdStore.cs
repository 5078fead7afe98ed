// Event id parts: immutable, written in batches, read one by one, several replaced by one.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Journal;

sealed class EventIdStore : IEventIdStore
{
    const string InsertOne = """
        insert into event_id_parts (stream, day, first_version, last_version, payload) values (@stream, @day, @first, @last, @payload)
        on conflict do nothing
        """;

    readonly Database database;
    readonly GroupCommit<Packed, bool> writes;
    readonly GroupCommit<(long Stream, int FromDay), IReadOnlyList<StoredEventIdPart>> lists;

    public EventIdStore(Database database)
    {
        this.database = database;
        writes = new(Limits.EventIdQueueMax, Limits.EventIdBatchMax, Write);
        lists = new(Limits.LoadQueueMax, Limits.LoadBatchMax, ListAll);
    }

    public Task Add(EventIdPart part, CancellationToken cancel) => writes.Add(new(part.Key, EventIdFormat.Pack(part)), cancel);

    public Task<EventIdPart?> Merge(IReadOnlyList<EventIdPart> parts, CancellationToken cancel) => Task.Run(async () =>
    {
        var merged = EventIdPart.Merged(parts);
        return await Replace([.. parts.Select(part => part.Key)], new(merged.Key, EventIdFormat.Pack(merged)), cancel) ? merged : null;
    }, cancel);

    public Task<IReadOnlyList<StoredEventIdPart>> List(long stream, int fromDay, CancellationToken cancel) =>
        database.IsPostgres ? lists.Add((stream, fromDay), cancel) : ListOne(stream, fromDay, cancel);

    // Activations come in thousands: those that come together share a statement.
    Task<IReadOnlyList<IReadOnlyList<StoredEventIdPart>>> ListAll(IReadOnlyList<(long Stream, int FromDay)> asked) =>
        database.Read<IReadOnlyList<IReadOnlyList<StoredEventIdPart>>>(async connection =>
        {
            await using var command = new NpgsqlCommand("""
                select part.day, part.first_version, part.last_version, length(part.payload), part.stream, asked.place
                from unnest($1, $2) with ordinality as asked(stream, day, place)
                join event_id_parts as part on part.stream = asked.stream and part.day >= asked.day
                order by asked.place, part.day, part.first_version, part.last_version
                """, (NpgsqlConnection)connection);
            command.Parameters.Longs(asked.Select(one => one.Stream)).Ints(asked.Select(one => one.FromDay));
            var found = (await command.List(reader => (Place: (int)reader.GetInt64(5) - 1, Part: Stored(reader, reader.GetInt64(4))), CancellationToken.None))
                .ToLookup(one => one.Place, one => one.Part);
            return [.. asked.Select((_, place) => found[place].ToList())];
        }, CancellationToken.None);

    static StoredEventIdPart Stored(DbDataReader reader, long stream) => new(
        new(stream, reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)), EventIdFormat.IdsAbout(reader.GetInt32(3)));

    Task<IReadOnlyList<StoredEventIdPart>> ListOne(long stream, int fromDay, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("""
            select day, first_version, last_version, length(payload) from event_id_parts
            where stream = @stream and day >= @day order by day, first_version, last_version
            """).With("stream", stream).With("day", fromDay);
        return await command.List(reader => Stored(reader, stream), cancel);
    }, cancel);

    public Task<EventIdPart?> Load(EventIdPartKey key, CancellationToken cancel) => Task.Run(async () =>
    {
        var payload = await database.Read(async connection =>
        {
            await using var command = connection.Sql("""
                select payload from event_id_parts
                where stream = @stream and day = @day and first_version = @first and last_version = @last
                """).With("stream", key.Stream).With("day", key.Day).With("first", key.FirstVersion).With("last", key.LastVersion);
            return await command.First(reader => reader.Bytes(0), cancel);
        }, cancel);
        return payload is null ? null : EventIdFormat.Unpack(key, payload);
    }, cancel);

    public Task<int> Purge(int beforeDay, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("delete from event_id_parts where day < @day").With("day", beforeDay);
        return await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task Drain() => Task.WhenAll(writes.Drain(), lists.Drain());

    async Task<bool> Replace(IReadOnlyList<EventIdPartKey> sources, Packed merged, CancellationToken cancel)
    {
        try
        {
            await database.Write(async connection =>
            {
                await Delete(connection, sources);
                if (await Insert(connection, merged) == 0) throw new OtherPartsException();
            }, cancel);
            return true;
        }
        catch (OtherPartsException)
        {
            return false;
        }
    }

    // In the order of the keys, so that two that replace the same parts do not wait for each other in a circle.
    static async Task Delete(DbConnection connection, IReadOnlyList<EventIdPartKey> keys)
    {
        foreach (var key in keys.OrderBy(key => key.FirstVersion).ThenBy(key => key.LastVersion))
        {
            await using var command = connection.Sql("""
                delete from event_id_parts where stream = @stream and day = @day and first_version = @first and last_version = @last
                """).With("stream", key.Stream).With("day", key.Day).With("first", key.FirstVersion).With("last", key.LastVersion);
            if (await command.ExecuteNonQueryAsync() == 0) throw new OtherPartsException();
        }
    }

    static async Task<int> Insert(DbConnection connection, Packed part)
    {
        await using var command = connection.Sql(InsertOne).With("stream", part.Key.Stream).With("day", part.Key.Day)
            .With("first", part.Key.FirstVersion).With("last", part.Key.LastVersion).With("payload", part.Payload);
        return await command.ExecuteNonQueryAsync();
    }

    async Task<IReadOnlyList<bool>> Write(IReadOnlyList<Packed> parts)
    {
        await database.Write(connection => connection is NpgsqlConnection postgres ? WriteArrays(postgres, parts) : WriteRows(connection, parts),
            CancellationToken.None);
        return new bool[parts.Count];
    }

    static async Task WriteArrays(NpgsqlConnection connection, IReadOnlyList<Packed> parts)
    {
        await using var command = new NpgsqlCommand("""
            insert into event_id_parts (stream, day, first_version, last_version, payload)
            select * from unnest($1, $2, $3, $4, $5) order by 1, 2, 3, 4 on conflict do nothing
            """, connection);
        command.Parameters.Longs(parts.Select(part => part.Key.Stream)).Ints(parts.Select(part => part.Key.Day))
            .Longs(parts.Select(part => part.Key.FirstVersion)).Longs(parts.Select(part => part.Key.LastVersion))
            .Binaries(parts.Select(part => part.Payload));
        await command.ExecuteNonQueryAsync();
    }

    static Task WriteRows(DbConnection connection, IReadOnlyList<Packed> parts)
    {
        using var command = connection.Sql(InsertOne).With("stream", 0L).With("day", 0).With("first", 0L).With("last", 0L).With("payload", []);
        foreach (var (key, payload) in parts)
        {
            command.Set(0, key.Stream);
            command.Set(1, key.Day);
            command.Set(2, key.FirstVersion);
            command.Set(3, key.LastVersion);
            command.Set(4, payload);
            command.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    sealed record Packed(EventIdPartKey Key, byte[] Payload);

    /// <summary>Takes the transaction back: what is stored is not what the caller had listed.</summary>
    sealed class OtherPartsException : Exception;
}
