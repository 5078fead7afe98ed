// Definitions: puts share transactions, and what is read by id shares statements.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using System.Data.Common;
using NodaTime;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Definitions;

/// <summary>The bulk statements, which differ by database. Both run inside the transaction of one batch.</summary>
interface IDefinitionTables
{
    /// <summary>What stands there; no other process writes definitions until the transaction ends.</summary>
    Task<DefinitionsBefore> Load(DbConnection connection, IReadOnlyList<DefinitionWrite> writes);

    Task Save(DbConnection connection, DefinitionBatch batch);
}

sealed class DefinitionStore : IDefinitionStore
{
    const string Columns = "kind, id, version, stream, parent, body, recorded_at";
    // A leg that ended exactly at the bound still touches it: its last usage may be late by the whole window.
    const string InPeriod = "starts_at < @started and (ends_at is null or ends_at >= @ended)";
    const string LegsInPeriod = $"agreement = @agreement and {InPeriod}";

    readonly Database database;
    readonly IDefinitionTables tables;
    readonly GroupCommit<DefinitionWrite, PutResult> puts;
    readonly GroupCommit<(string Kind, string Id), Definition?> gets;

    public DefinitionStore(Database database, IDefinitionTables tables)
    {
        (this.database, this.tables) = (database, tables);
        puts = new(Limits.DefinitionQueueMax, Limits.DefinitionBatchMax, WriteBatch);
        gets = new(Limits.LoadQueueMax, Limits.LoadBatchMax, GetAll);
    }

    public Task<PutResult> Put(DefinitionWrite write, CancellationToken cancel)
    {
        Require(write);
        return puts.Add(write, cancel);
    }

    public Task<Definition?> Get(string kind, string id, CancellationToken cancel) => database.IsPostgres
        ? gets.Add((kind, id), cancel)
        : database.Read(async connection =>
        {
            await using var command = connection.Sql($"select {Columns} from definitions where kind = @kind and id = @id").With("kind", kind).With("id", id);
            return await command.First(ReadDefinition, cancel);
        }, cancel);

    // Those that are asked for together share a statement: activations come in thousands.
    Task<IReadOnlyList<Definition?>> GetAll(IReadOnlyList<(string Kind, string Id)> asked) => database.Read<IReadOnlyList<Definition?>>(async connection =>
    {
        await using var command = new NpgsqlCommand($"select {Columns} from definitions where (kind, id) in (select * from unnest($1, $2))",
            (NpgsqlConnection)connection);
        command.Parameters.Texts(asked.Select(one => one.Kind)).Texts(asked.Select(one => one.Id));
        var found = (await command.List(ReadDefinition, CancellationToken.None)).ToDictionary(one => (one.Kind, one.Id));
        return [.. asked.Select(one => found.GetValueOrDefault(one))];
    }, CancellationToken.None);

    public Task<IReadOnlyList<Definition>> List(string kind, string? parent, string? afterId, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql(parent is null
                ? $"select {Columns} from definitions where kind = @kind and id > @after order by id limit @limit"
                : $"select {Columns} from definitions where kind = @kind and parent = @parent and id > @after order by id limit @limit")
                .With("kind", kind).With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            if (parent is not null) command.With("parent", parent);
            return await command.List(ReadDefinition, cancel);
        }, cancel);

    public Task<IReadOnlyList<Definition>> History(string kind, string id, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"""
            select {Columns} from definition_history where kind = @kind and id = @id
            union all
            select {Columns} from definitions where kind = @kind and id = @id
            order by version
            """).With("kind", kind).With("id", id);
        return await command.List(ReadDefinition, cancel);
    }, cancel);

    public Task<IReadOnlyList<LegRow>> Legs(string agreement, Instant startedBefore, Instant notEndedBefore, string? afterSubscription,
        int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"""
                select agreement, subscription, starts_at, ends_at from legs
                where {LegsInPeriod} and subscription in (
                    select distinct subscription from legs where {LegsInPeriod} and subscription > @after order by subscription limit @limit)
                order by subscription, starts_at
                """).With("agreement", agreement).With("started", startedBefore).With("ended", notEndedBefore)
                .With("after", afterSubscription ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(ReadLeg, cancel);
        }, cancel);

    public Task<int> CountLegs(string agreement, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"select count(distinct subscription) from legs where {LegsInPeriod}")
                .With("agreement", agreement).With("started", startedBefore).With("ended", notEndedBefore);
            return (int)(await command.Number(cancel) ?? 0);
        }, cancel);

    public Task<IReadOnlyDictionary<string, int>> CountLegsOf(string calendar, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel) =>
        database.Read<IReadOnlyDictionary<string, int>>(async connection =>
        {
            await using var command = connection.Sql($"""
                select agreement, count(distinct subscription) from legs
                where {InPeriod} and agreement in (select id from definitions where kind = @kind and parent = @calendar)
                group by agreement
                """).With("kind", DefinitionKinds.Agreement).With("calendar", calendar).With("started", startedBefore).With("ended", notEndedBefore);
            var counted = await command.List(static reader => (Agreement: reader.GetString(0), Subscriptions: (int)reader.GetInt64(1)), cancel);
            return counted.ToDictionary(one => one.Agreement, one => one.Subscriptions, StringComparer.Ordinal);
        }, cancel);

    public Task<IReadOnlyList<Definition>> AgreementsOf(string calendar, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from definitions where kind = @kind and parent = @calendar order by id")
            .With("kind", DefinitionKinds.Agreement).With("calendar", calendar);
        return await command.List(ReadDefinition, cancel);
    }, cancel);

    public Task<IReadOnlyList<Definition>> AgreementsBoughtBy(string buyer, CancellationToken cancel) => database.Read(async connection =>
    {
        var bought = database.IsPostgres ? "body::json ->> 'buyer'" : "json_extract(body, '$.buyer')";
        await using var command = connection.Sql($"select {Columns} from definitions where kind = '{DefinitionKinds.Agreement}' and {bought} = @buyer order by id")
            .With("buyer", buyer);
        return await command.List(ReadDefinition, cancel);
    }, cancel);

    public Task<long> CatalogueRevision(CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select revision from catalogue");
        return await command.Number(cancel) ?? 0;
    }, cancel);

    public Task Drain() => Task.WhenAll(puts.Drain(), gets.Drain());

    Task<IReadOnlyList<PutResult>> WriteBatch(IReadOnlyList<DefinitionWrite> writes) => database.Write<IReadOnlyList<PutResult>>(async connection =>
    {
        var batch = new DefinitionBatch(await tables.Load(connection, [.. writes.SelectMany(Together)]));
        var results = new PutResult[writes.Count];
        for (var i = 0; i < results.Length; i++) results[i] = batch.Apply(writes[i]);
        if (!batch.IsEmpty) await tables.Save(connection, batch);
        return results;
    }, CancellationToken.None);

    static IEnumerable<DefinitionWrite> Together(DefinitionWrite write) =>
        [write, .. write.Claim is { } claim ? [claim] : (DefinitionWrite[])[], .. write.Beside ?? []];

    // What cannot be stored is refused here, where it fails its own caller only.
    static void Require(DefinitionWrite write)
    {
        ArgumentException.ThrowIfNullOrEmpty(write.Kind);
        ArgumentException.ThrowIfNullOrEmpty(write.Id);
        Commands.RequireText(write.Kind, nameof(write.Kind));
        Commands.RequireText(write.Id, nameof(write.Id));
        Commands.RequireText(write.Parent, nameof(write.Parent));
        Commands.RequireText(write.Body, nameof(write.Body));
        Commands.RequireText(write.Actor, nameof(write.Actor));
        Commands.RequireText(write.NumberPrefix, nameof(write.NumberPrefix));
        foreach (var other in Together(write).Skip(1)) Require(other);
        foreach (var leg in write.Legs ?? [])
        {
            Commands.RequireText(leg.Agreement, nameof(leg.Agreement));
            if (leg.Subscription != write.Id) throw new ArgumentException($"A leg of '{leg.Subscription}' cannot be stored with '{write.Id}'.");
        }
    }

    public static Definition ReadDefinition(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.Text(4), reader.GetString(5), reader.Moment(6));

    static LegRow ReadLeg(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.Moment(2), reader.MomentOrNull(3));
}
