// TLS between members: silos and the API's own program know each other by certificates of the cluster's authority; strangers stay outside.
namespace OrleansBilling.Cluster.Tests;

public sealed class ClosedConnections
{
    const int ActiveMember = 3;
    static readonly TimeSpan StrangerTries = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Members_with_certificates_of_one_authority_work_together_and_nobody_else_comes_in()
    {
        using var certificates = new Certificates("the cluster's authority");
        using var strange = new Certificates("another authority");
        await using var run = await ClusterRun.Begin(new ClusterSetUp("TLS between silos", await ClusterRun.NewPlace(), 3,
            (number, shape) => new([.. shape.Options, .. number <= 3 ? certificates.Options() : number == 4 ? strange.Options() : []])));
        await using var load = run.NewLoad();
        await using var stranger = run.NewSilo(4);
        await using var open = run.NewSilo(5);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        stranger.Launch();
        open.Launch();
        await Task.Delay(StrangerTries, run.Cancel);
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        (await run.MemberStates()).Count(state => state == ActiveMember).ShouldBe(3, $"{stranger.Said}\n{open.Said}");
        (await stranger.IsReady(run.Cancel)).ShouldBeFalse();
        (await open.IsReady(run.Cancel)).ShouldBeFalse();
        await run.ShouldHold(load);
    }
}
