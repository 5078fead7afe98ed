// A server without a cluster can be reached through its API only.
using System.Globalization;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

public sealed class LoneServers
{
    const string Listening = "0A";

    [Fact]
    public async Task A_silo_without_a_cluster_listens_on_the_port_of_its_API_alone()
    {
        await using var place = await StorePlace.Create(StoreKind.Sqlite);
        await using var alone = new ServerProcess(place);
        await alone.Start(TestContext.Current.CancellationToken);
        Ports(alone.ProcessId).ShouldBe([alone.Port]);
    }

    [Fact]
    public async Task A_member_listens_for_the_others_too()
    {
        await using var run = await ClusterRun.Begin(new ClusterSetUp("ports of a member", await ClusterRun.NewPlace(), 1));
        var ports = Ports(run.Silos[0].ProcessId);
        ports.Count.ShouldBe(3);
        ports.ShouldContain(run.Silos[0].Port);
    }

    // The kernel's lists of connections name sockets by number, as the links of a process's descriptors do.
    static IReadOnlyList<int> Ports(int process)
    {
        var mine = Directory.GetFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget).ToHashSet();
        return
        [
            .. new[] { "tcp", "tcp6" }.SelectMany(kind => File.ReadLines($"/proc/{process}/net/{kind}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(column => column[3] == Listening && mine.Contains($"socket:[{column[9]}]"))
                .Select(column => int.Parse(column[1].AsSpan(column[1].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .Order()
        ];
    }
}
