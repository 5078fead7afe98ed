// Named values of the installation.
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Access;

sealed class SettingStore(Database database) : ISettingStore
{
    public Task<string?> Get(string name, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select value from settings where name = @name").With("name", name);
        return await command.First(reader => reader.GetString(0), cancel);
    }, cancel);

    public Task Set(string name, string value, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            insert into settings (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value
            """).With("name", name).With("value", value);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);
}
