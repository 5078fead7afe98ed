// Definitions in PostgreSQL: one round trip loads a batch's keys, one writes its changes.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Definitions;

sealed class PostgresDefinitionTables : IDefinitionTables
{
    // One process at a time writes definitions, or two could both find an id free. Batches make one at a time fast enough.
    const long LockKey = 0x6F62646566696E65;

    // A sequence gives every number once, committed or not, so what one batch leaves over the next one may use.
    readonly Queue<long> streams = new();

    public async Task<DefinitionsBefore> Load(DbConnection connection, IReadOnlyList<DefinitionWrite> writes)
    {
        var before = new DefinitionsBefore(new(writes.Count), [], [], streams);
        var missing = Math.Max(0, writes.Count(write => write.NeedsStream) - streams.Count);
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection);
        batch.Add($"select pg_advisory_xact_lock({LockKey})");
        // "limit 1" keeps the planner to one index look-up per key: without statistics it would read the whole table for each batch.
        batch.Add("""
            select found.* from unnest($1, $2) as wanted (kind, id) cross join lateral (
                select kind, id, version, stream, parent, body, recorded_at, actor from definitions
                where kind = wanted.kind and id = wanted.id limit 1) as found
            """).Texts(writes.Select(write => write.Kind)).Texts(writes.Select(write => write.Id));
        batch.Add("""
            select found.* from unnest($1) as wanted (id) cross join lateral (select id, kind from parties where id = wanted.id limit 1) as found
            """).Texts(writes.Where(write => write.IsParty).Select(write => write.Id));
        batch.Add("""
            select found.* from unnest($1) as wanted (prefix) cross join lateral (
                select prefix, party from number_prefixes where prefix = wanted.prefix limit 1) as found
            """).Texts(writes.Select(write => write.NumberPrefix).OfType<string>());
        batch.Add("select nextval('streams') from generate_series(1, $1)").Add(new NpgsqlParameter<int> { TypedValue = missing });

        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            var definition = DefinitionStore.ReadDefinition(reader);
            before.Current[(definition.Kind, definition.Id)] = new(definition, reader.GetString(7));
        }
        await reader.NextResultAsync();
        while (await reader.ReadAsync()) before.PartyKinds[reader.GetString(0)] = reader.GetString(1);
        await reader.NextResultAsync();
        while (await reader.ReadAsync()) before.PrefixOwners[reader.GetString(0)] = reader.GetString(1);
        await reader.NextResultAsync();
        while (await reader.ReadAsync()) streams.Enqueue(reader.GetInt64(0));
        return before;
    }

    public async Task Save(DbConnection connection, DefinitionBatch changes)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection);
        AddVersions(batch, changes.Newest, """
            insert into definitions (kind, id, version, stream, parent, body, recorded_at, actor)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (kind, id) do update set version = excluded.version, stream = excluded.stream, parent = excluded.parent,
                body = excluded.body, recorded_at = excluded.recorded_at, actor = excluded.actor
            """);
        if (changes.Replaced.Count > 0) AddVersions(batch, changes.Replaced, """
            insert into definition_history (kind, id, version, stream, parent, body, recorded_at, actor)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
            """);
        if (changes.NewParties.Count > 0) batch.Add("insert into parties (id, kind) select * from unnest($1, $2)")
            .Texts(changes.NewParties.Keys).Texts(changes.NewParties.Values);
        if (changes.NewPrefixes.Count > 0) batch.Add("insert into number_prefixes (prefix, party) select * from unnest($1, $2)")
            .Texts(changes.NewPrefixes.Keys).Texts(changes.NewPrefixes.Values);
        if (changes.Legs.Count > 0)
        {
            var legs = changes.Legs.Values.SelectMany(rows => rows).ToList();
            if (changes.LegsReplaced.Count > 0) batch.Add("delete from legs where subscription = any($1)").Texts(changes.LegsReplaced);
            batch.Add("insert into legs (agreement, subscription, starts_at, ends_at) select * from unnest($1, $2, $3, $4)")
                .Texts(legs.Select(leg => leg.Agreement)).Texts(legs.Select(leg => leg.Subscription))
                .Longs(legs.Select(leg => leg.StartsAt.ToMicroseconds())).Longs(legs.Select(leg => leg.EndsAt?.ToMicroseconds()));
        }
        if (changes.TouchesCatalogue) batch.Add("update catalogue set revision = revision + 1");
        await batch.ExecuteNonQueryAsync();
    }

    static void AddVersions(NpgsqlBatch batch, IReadOnlyList<StoredDefinition> rows, string sql) => batch.Add(sql)
        .Texts(rows.Select(row => row.Definition.Kind)).Texts(rows.Select(row => row.Definition.Id))
        .Ints(rows.Select(row => row.Definition.Version)).Longs(rows.Select(row => row.Definition.Stream))
        .Texts(rows.Select(row => row.Definition.Parent)).Texts(rows.Select(row => row.Definition.Body))
        .Longs(rows.Select(row => row.Definition.RecordedAt.ToMicroseconds())).Texts(rows.Select(row => row.Actor));
}
