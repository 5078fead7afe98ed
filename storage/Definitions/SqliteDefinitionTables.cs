// Definitions in SQLite: the same batch as plain statements; the database's one writer is the lock.
using System.Data.Common;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Definitions;

sealed class SqliteDefinitionTables : IDefinitionTables
{
    public async Task<DefinitionsBefore> Load(DbConnection connection, IReadOnlyList<DefinitionWrite> writes)
    {
        var before = new DefinitionsBefore(new(writes.Count), [], [], new());
        using var definition = connection.Sql("""
            select kind, id, version, stream, parent, body, recorded_at, actor from definitions where kind = @kind and id = @id
            """).With("kind", "").With("id", "");
        using var party = connection.Sql("select kind from parties where id = @id").With("id", "");
        using var prefix = connection.Sql("select party from number_prefixes where prefix = @prefix").With("prefix", "");
        var streams = 0;
        foreach (var write in writes)
        {
            definition.Set(0, write.Kind);
            definition.Set(1, write.Id);
            var known = await definition.First(
                reader => new StoredDefinition(DefinitionStore.ReadDefinition(reader), reader.GetString(7)), CancellationToken.None);
            if (known is not null) before.Current[(write.Kind, write.Id)] = known;
            if (write.NeedsStream && known is not { Definition.Stream: > 0 }) streams++;
            if (write.NumberPrefix is { } wanted)
            {
                prefix.Set(0, wanted);
                if (await prefix.First(reader => reader.GetString(0), CancellationToken.None) is { } owner) before.PrefixOwners[wanted] = owner;
            }
            if (!write.IsParty) continue;
            party.Set(0, write.Id);
            if (await party.First(reader => reader.GetString(0), CancellationToken.None) is { } kind) before.PartyKinds[write.Id] = kind;
        }
        if (streams > 0)
        {
            using var take = connection.Sql("update streams set last = last + @count returning last").With("count", streams);
            var last = (await take.Number(CancellationToken.None))!.Value;
            for (var number = last - streams + 1; number <= last; number++) before.Streams.Enqueue(number);
        }
        return before;
    }

    public Task Save(DbConnection connection, DefinitionBatch changes)
    {
        SaveVersions(connection, changes.Newest, """
            insert into definitions (kind, id, version, stream, parent, body, recorded_at, actor)
            values (@kind, @id, @version, @stream, @parent, @body, @recorded, @actor)
            on conflict (kind, id) do update set version = excluded.version, stream = excluded.stream, parent = excluded.parent,
                body = excluded.body, recorded_at = excluded.recorded_at, actor = excluded.actor
            """);
        SaveVersions(connection, changes.Replaced, """
            insert into definition_history (kind, id, version, stream, parent, body, recorded_at, actor)
            values (@kind, @id, @version, @stream, @parent, @body, @recorded, @actor)
            """);
        SavePairs(connection, "insert into parties (id, kind) values (@key, @value)", changes.NewParties);
        SavePairs(connection, "insert into number_prefixes (prefix, party) values (@key, @value)", changes.NewPrefixes);
        SaveLegs(connection, changes);
        if (!changes.TouchesCatalogue) return Task.CompletedTask;
        using var revision = connection.Sql("update catalogue set revision = revision + 1");
        revision.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    static void SaveVersions(DbConnection connection, IReadOnlyList<StoredDefinition> rows, string sql)
    {
        using var command = connection.Sql(sql).With("kind", "").With("id", "").With("version", 0).With("stream", 0L)
            .With("parent", "").With("body", "").With("recorded", 0L).With("actor", "");
        foreach (var (row, actor) in rows)
        {
            command.Set(0, row.Kind);
            command.Set(1, row.Id);
            command.Set(2, row.Version);
            command.Set(3, row.Stream);
            command.Set(4, row.Parent);
            command.Set(5, row.Body);
            command.Set(6, row.RecordedAt.ToMicroseconds());
            command.Set(7, actor);
            command.ExecuteNonQuery();
        }
    }

    static void SavePairs(DbConnection connection, string insert, Dictionary<string, string> pairs)
    {
        using var command = connection.Sql(insert).With("key", "").With("value", "");
        foreach (var (key, value) in pairs)
        {
            command.Set(0, key);
            command.Set(1, value);
            command.ExecuteNonQuery();
        }
    }

    static void SaveLegs(DbConnection connection, DefinitionBatch changes)
    {
        using var delete = connection.Sql("delete from legs where subscription = @subscription").With("subscription", "");
        using var insert = connection.Sql("""
            insert into legs (agreement, subscription, starts_at, ends_at) values (@agreement, @subscription, @starts, @ends)
            """).With("agreement", "").With("subscription", "").With("starts", 0L).With("ends", default(long?));
        foreach (var (subscription, legs) in changes.Legs)
        {
            if (changes.LegsReplaced.Contains(subscription))
            {
                delete.Set(0, subscription);
                delete.ExecuteNonQuery();
            }
            foreach (var leg in legs)
            {
                insert.Set(0, leg.Agreement);
                insert.Set(1, leg.Subscription);
                insert.Set(2, leg.StartsAt.ToMicroseconds());
                insert.Set(3, leg.EndsAt?.ToMicroseconds());
                insert.ExecuteNonQuery();
            }
        }
    }
}
