// Secrets and erasures in two tables.
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Privacy;

sealed class PersonalDataStore(Database database) : IPersonalDataStore
{
    public async Task<byte[]> Secret(string customer, byte[] fresh, CancellationToken cancel)
    {
        return await database.Read(Find, cancel) ?? await database.Write(async connection =>
        {
            await using var put = connection.Sql("""
                insert into personal_secrets (customer, secret) values (@customer, @secret) on conflict (customer) do nothing
                """).With("customer", customer).With("secret", fresh);
            await put.ExecuteNonQueryAsync(cancel);
            return (await Find(connection))!;
        }, cancel);

        async Task<byte[]?> Find(System.Data.Common.DbConnection connection)
        {
            await using var command = connection.Sql("select secret from personal_secrets where customer = @customer").With("customer", customer);
            return await command.First(reader => reader.Bytes(0), cancel);
        }
    }

    public Task Erase(Erasure erasure, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var forget = connection.Sql("delete from personal_secrets where customer = @customer").With("customer", erasure.Customer);
        await forget.ExecuteNonQueryAsync(cancel);
        await using var replace = connection.Sql("update definition_history set body = @body where kind = 'customer' and id = @customer")
            .With("customer", erasure.Customer).With("body", erasure.Body);
        await replace.ExecuteNonQueryAsync(cancel);
        var holds = database.IsPostgres ? "strpos(body, @named) > 0" : "instr(body, @named) > 0";
        await using var answers = connection.Sql($"delete from idempotent_answers where {holds}").With("named", $"\"{erasure.Customer}\"");
        await answers.ExecuteNonQueryAsync(cancel);
        await using var note = connection.Sql("""
            insert into erasures (customer, at, actor, reason) values (@customer, @at, @actor, @reason) on conflict do nothing
            """).With("customer", erasure.Customer).With("at", (NodaTime.Instant?)erasure.At).With("actor", erasure.Actor).With("reason", erasure.Reason);
        await note.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<IReadOnlyList<Erasure>> Erasures(string customer, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select customer, at, actor, reason from erasures where customer = @customer order by at")
            .With("customer", customer);
        return await command.List(reader => new Erasure(reader.GetString(0), "", reader.Moment(1), reader.GetString(2), reader.GetString(3)), cancel);
    }, cancel);
}
