// Facts and standings of parties in two tables, and one row that gives all changes their order.
using System.Data.Common;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Parties;

sealed class PartyStateStore(Database database) : IPartyStateStore
{
    public Task<StoredStanding?> Get(string party, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select party, version, status, body from party_states where party = @party").With("party", party);
        return await command.First(reader => new StoredStanding(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)), cancel);
    }, cancel);

    public async Task<bool> Append(PartyAppend append, CancellationToken cancel)
    {
        try
        {
            await database.Write(connection => Append(connection, append, cancel), cancel);
            return true;
        }
        catch (MovedException)
        {
            return false;
        }
    }

    public Task<IReadOnlyList<StandingChange>> Changes(long after, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select changed, party, status from party_states where changed > @after order by changed limit @limit")
            .With("after", after).With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(reader => new StandingChange(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)), cancel);
    }, cancel);

    public Task<IReadOnlyList<StoredPartyFact>> Facts(string party, long after, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("""
            select party, version, recorded_at, actor, body from party_facts where party = @party and version > @after order by version limit @limit
            """).With("party", party).With("after", after).With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(ReadFact, cancel);
    }, cancel);

    static async Task Append(DbConnection connection, PartyAppend append, CancellationToken cancel)
    {
        // The row of the order is locked until the end, so changes become visible in their order.
        await using var next = connection.Sql(
            "insert into party_order (one, last) values (1, 1) on conflict (one) do update set last = party_order.last + 1 returning last");
        var order = (await next.Number(cancel))!.Value;
        var standing = append.Standing;
        await using var put = connection.Sql(append.Expected == 0
            ? """
              insert into party_states (party, version, changed, status, body) values (@party, @version, @changed, @status, @body)
              on conflict (party) do nothing
              """
            : "update party_states set version = @version, changed = @changed, status = @status, body = @body where party = @party and version = @expected")
            .With("party", standing.Party).With("version", standing.Version).With("changed", order).With("status", standing.Status).With("body", standing.Body);
        if (append.Expected != 0) put.With("expected", append.Expected);
        if (await put.ExecuteNonQueryAsync(cancel) == 0)
            throw new MovedException();
        for (var index = 0; index < append.Facts.Count; index++)
        {
            await using var fact = connection.Sql("""
                insert into party_facts (party, version, recorded_at, actor, body) values (@party, @version, @at, @actor, @body)
                """).With("party", standing.Party).With("version", append.Expected + index + 1).With("at", (NodaTime.Instant?)append.At)
                .With("actor", append.Actor).With("body", append.Facts[index]);
            await fact.ExecuteNonQueryAsync(cancel);
        }
    }

    static StoredPartyFact ReadFact(DbDataReader reader) =>
        new(reader.GetString(0), reader.GetInt64(1), reader.Moment(2), reader.GetString(3), reader.GetString(4));

    // Rolls the order back too.
    sealed class MovedException : Exception;
}
