// Children of a party with their journals' heads, and kept sums.
using System.IO.Hashing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Live;

sealed class RollupStore(Database database) : IRollupStore
{
    // A party's own subscriptions, and those of all customers below it. The party comes from the table, so that both sides of the union collate alike.
    const string Children = """
        (with recursive below (id) as (
            select party.id from definitions as party where party.kind in (@customer, @partner) and party.id = @party
            union select party.id from definitions as party join below on party.parent = below.id where party.kind in (@customer, @partner))
        select id from below) as parents
        join definitions as child on child.kind = @subscription and child.parent = parents.id
        """;

    public Task<int> CountChildren(string party, int atMost, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = Asking(connection, $"select count(*) from (select 1 from {Children} limit @most) as found", party).With("most", atMost);
        return (int)(await command.Number(cancel) ?? 0);
    }, cancel);

    public Task<IReadOnlyList<ChildHead>> Heads(string party, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = Asking(connection, $"""
            select id, head from (
                select child.id, (select max(version) from journal where journal.stream = child.stream) as head from {Children}) as known
            where head is not null
            """, party);
        return await command.List(reader => new ChildHead(reader.GetString(0), reader.GetInt64(1)), cancel);
    }, cancel);

    public Task<ReadOnlyMemory<byte>?> Load(string party, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select state, checksum from usage_rollups where party = @party").With("party", party);
        var found = await command.First(reader => new Kept(reader.Bytes(0), reader.GetInt64(1)), cancel);
        return found is not null && Checksum(found.State) == found.Checksum ? found.State : (ReadOnlyMemory<byte>?)null;
    }, cancel);

    public Task Save(string party, ReadOnlyMemory<byte> state, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            insert into usage_rollups (party, state, checksum) values (@party, @state, @checksum)
            on conflict (party) do update set state = excluded.state, checksum = excluded.checksum
            """).With("party", party).With("state", state.ToArray()).With("checksum", Checksum(state.Span));
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static System.Data.Common.DbCommand Asking(System.Data.Common.DbConnection connection, string sql, string party) => connection.Sql(sql)
        .With("party", party).With("customer", DefinitionKinds.Customer).With("partner", DefinitionKinds.Partner)
        .With("subscription", DefinitionKinds.Subscription);

    static long Checksum(ReadOnlySpan<byte> state) => unchecked((long)XxHash3.HashToUInt64(state));

    sealed record Kept(byte[] State, long Checksum);
}
