// The API as a process of its own: a client of the silos, with TLS as between silos, that lives on when a silo dies.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

public sealed class ApiProgram
{
    [Fact]
    public async Task The_API_s_own_program_serves_a_cluster_and_goes_on_when_one_of_its_silos_is_killed()
    {
        using var certificates = new Certificates("the cluster's authority");
        await using var run = await ClusterRun.Begin(new ClusterSetUp("the API as a client", await ClusterRun.NewPlace(), 2,
            (_, shape) => new([.. shape.Options, .. certificates.Options()])));
        string[] options = ["--cluster-id", ClusterRun.ClusterName, "--webhook-hosts", "127.0.0.1", .. certificates.Options()];
        await using var api = new ServerProcess(run.Place, new ServerShape(options) { Project = "ClientApi" });
        await api.Start(run.Cancel);
        await using var load = run.NewLoad([api.Address]);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        await run.AnySilo().Kill();
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        await run.StartEnded();
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        using (var asked = new Api(api.Address))
        {
            (await asked.Get("/v1/partners", run.Cancel)).GetProperty("data").GetArrayLength().ShouldBe(4);
            // A receiver inside that it was told of.
            await asked.Put("/v1/webhooks/inside", new { url = "http://127.0.0.1:9/hook" }, run.Cancel);
        }

        await load.Drain(ClusterRun.HealsWithin, run.Cancel);
        (await api.Stop()).ShouldBe(0, api.Said);
        await run.ShouldHold(load);
    }
}
