// The queries by which silos share their table of members: what Orleans reads from OrleansQuery and executes, with its parameters.
using Npgsql;

namespace OrleansBilling.Storage.Tests;

public sealed class ClusterMembers(PostgresPlace place) : IClassFixture<PostgresPlace>, IAsyncDisposable
{
    const int Joining = 2;
    const int Active = 3;
    const int Dead = 6;
    static readonly DateTime Now = new(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(place.ConnectionString);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [Fact]
    public async Task a_table_begins_once_and_a_silo_joins_only_with_the_version_that_it_has_read()
    {
        (await Begin("join")).ShouldBe((1, 0));
        (await Number("InsertMembershipKey", Silo("join", 1), ("Version", 0))).ShouldBe(1);
        (await Number("InsertMembershipKey", Silo("join", 2), ("Version", 0))).ShouldBe(0, "somebody else was faster");
        (await Number("InsertMembershipKey", Silo("join", 2), ("Version", 1))).ShouldBe(1);
        (await Members("join")).ShouldBe([(11_001, Joining, "", 2), (11_002, Joining, "", 2)]);
        (await Number("InsertMembershipKey", Silo("join", 2), ("Version", 2))).ShouldBe(0, "it is there already");
        (await Members("join")).Select(member => member.Version).ShouldAllBe(version => version == 2, "what was refused turned nothing");
    }

    [Fact]
    public async Task a_member_changes_only_with_the_version_and_only_if_it_is_there()
    {
        await Begin("change");
        await Number("InsertMembershipKey", Silo("change", 1), ("Version", 0));
        (await Number("UpdateMembershipKey", Change("change", 1, Dead, "10.0.0.9:1@2,x"), ("Version", 0))).ShouldBe(0);
        (await Number("UpdateMembershipKey", Change("change", 2, Dead, null), ("Version", 1))).ShouldBe(0);
        (await Members("change")).ShouldBe([(11_001, Joining, "", 1)]);
        (await Number("UpdateMembershipKey", Change("change", 1, Dead, "10.0.0.9:1@2,x"), ("Version", 1))).ShouldBe(1);
        (await Members("change")).ShouldBe([(11_001, Dead, "10.0.0.9:1@2,x", 2)]);
    }

    [Fact]
    public async Task silos_that_write_at_the_same_time_turn_every_version_once()
    {
        await Begin("race");
        var joined = await Task.WhenAll(Enumerable.Range(1, 40).Select(number => Task.Run(async () =>
        {
            while (await Number("InsertMembershipKey", Silo("race", number), ("Version", (await Version("race")))) == 0)
                cancel.ThrowIfCancellationRequested();
            return 1;
        }, cancel)));
        var members = await Members("race");
        members.Select(member => member.Port).ShouldBe(Enumerable.Range(1, 40).Select(number => 11_000 + number));
        members.ShouldAllBe(member => member.Version == joined.Sum());
    }

    [Fact]
    public async Task one_member_is_read_with_the_version_even_if_it_is_not_there_and_clusters_do_not_see_each_other()
    {
        await Begin("one");
        await Begin("other");
        await Number("InsertMembershipKey", Silo("one", 1), ("Version", 0));
        (await Rows("MembershipReadRowKey", Key("one", 1))).ShouldBe([(11_001, Joining, "", 1)]);
        (await Rows("MembershipReadRowKey", Key("other", 1))).ShouldBe([(0, 0, "", 0)]);
        (await Members("other")).ShouldBe([(0, 0, "", 0)]);
    }

    [Fact]
    public async Task gateways_are_those_of_active_silos_and_what_is_long_gone_is_deleted()
    {
        await Begin("gates");
        await Number("InsertMembershipKey", Silo("gates", 1), ("Version", 0));
        await Number("InsertMembershipKey", Silo("gates", 2), ("Version", 1));
        await Number("UpdateMembershipKey", Change("gates", 1, Active, null), ("Version", 2));
        (await Gateways("gates")).ShouldBe([30_001]);
        await Run("CleanupDefunctSiloEntriesKey", ("DeploymentId", "gates"), ("IAmAliveTime", Now.AddDays(1)));
        (await Members("gates")).Select(member => member.Port).ShouldBe([11_001], "an active silo stays, however long it has not signed");
        await Run("UpdateIAmAlivetimeKey", [.. Key("gates", 1), ("IAmAliveTime", Now.AddDays(2))]);
        await Run("DeleteMembershipTableEntriesKey", ("DeploymentId", "gates"));
        (await Members("gates")).ShouldBeEmpty();
    }

    async Task<(int Made, int Again)> Begin(string cluster) => (await Number("InsertMembershipVersionKey", [("DeploymentId", cluster)]),
        await Number("InsertMembershipVersionKey", [("DeploymentId", cluster)]));

    Task<List<(int Port, int Status, string Suspected, int Version)>> Members(string cluster) => Rows("MembershipReadAllKey", [("DeploymentId", cluster)]);

    async Task<int> Version(string cluster) => (await Members(cluster))[0].Version;

    static (string, object?)[] Key(string cluster, int number) =>
        [("DeploymentId", cluster), ("Address", "10.0.0.1"), ("Port", 11_000 + number), ("Generation", 7)];

    static (string, object?)[] Silo(string cluster, int number) =>
    [
        .. Key(cluster, number), ("SiloName", $"silo {number}"), ("HostName", "host"), ("Status", Joining), ("ProxyPort", 30_000 + number),
        ("StartTime", Now), ("IAmAliveTime", Now),
    ];

    static (string, object?)[] Change(string cluster, int number, int status, string? suspected) =>
        [.. Key(cluster, number), ("Status", status), ("SuspectTimes", suspected), ("IAmAliveTime", Now)];

    async Task<int> Number(string query, (string, object?)[] parameters, params (string, object?)[] more)
    {
        await using var command = await Command(query, [.. parameters, .. more]);
        return (int)(long)(await command.ExecuteScalarAsync(cancel))!;
    }

    async Task Run(string query, params (string, object?)[] parameters)
    {
        await using var command = await Command(query, parameters);
        await command.ExecuteNonQueryAsync(cancel);
    }

    async Task<List<int>> Gateways(string cluster)
    {
        await using var command = await Command("GatewaysQueryKey", [("DeploymentId", cluster), ("Status", Active)]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ports = new List<int>();
        while (await reader.ReadAsync(cancel)) ports.Add(reader.GetInt32(reader.GetOrdinal("ProxyPort")));
        return ports;
    }

    async Task<List<(int Port, int Status, string Suspected, int Version)>> Rows(string query, (string, object?)[] parameters)
    {
        await using var command = await Command(query, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<(int, int, string, int)>();
        while (await reader.ReadAsync(cancel))
            rows.Add((Value("Port", 0), Value("Status", 0), Value("SuspectTimes", ""), Value("Version", -1)));
        return [.. rows.Order()];

        T Value<T>(string column, T missing) => reader[column] is T found ? found : missing;
    }

    async Task<NpgsqlCommand> Command(string query, (string Name, object? Value)[] parameters)
    {
        await using var look = source.CreateCommand("select QueryText from OrleansQuery where QueryKey = $1");
        look.Parameters.Add(new() { Value = query });
        var command = source.CreateCommand((string)(await look.ExecuteScalarAsync(cancel))!);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
