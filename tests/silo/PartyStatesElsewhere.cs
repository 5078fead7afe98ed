// A state that one process sets is obeyed by every other one within a second.
using System.Diagnostics;

namespace OrleansBilling.Silo.Tests;

public sealed class PartyStatesElsewhereOnSqlite(TwinHostsOnSqlite hosts) : PartyStatesElsewhere(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class PartyStatesElsewhereOnPostgres(TwinHostsOnPostgres hosts) : PartyStatesElsewhere(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class PartyStatesElsewhere(TwinHosts hosts)
{
    static int year = 2025;
    int sent;

    [Fact]
    public async Task suspended_here_is_refused_there_within_a_second_and_accepted_again_as_soon()
    {
        var scene = new Scene(hosts.First, "elsewhere", Interlocked.Increment(ref year), "Europe/Helsinki");
        await hosts.Second.Advance(scene.At("05-01"));
        await scene.Clock("05-01");
        await scene.Wholesale("operator", "nordreach");
        await scene.Customer("alfa", "nordreach");
        await scene.Plan("sms", Charge.Sms("0.05"));
        await scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
        foreach (var api in new[] { hosts.First, hosts.Second }) (await Send(api)).ShouldBe("accepted");
        for (var round = 0; round < 3; round++)
        {
            await hosts.First.Post($"/v1/partners/{scene.Id("nordreach")}/suspend");
            (await Send(hosts.First)).ShouldBe("partner_suspended", "at once where it was set");
            await Until("partner_suspended");
            await hosts.First.Post($"/v1/partners/{scene.Id("nordreach")}/resume");
            (await Send(hosts.First)).ShouldBe("accepted");
            await Until("accepted");
        }

        async Task Until(string wanted)
        {
            var began = Stopwatch.StartNew();
            while (await Send(hosts.Second) is var outcome && outcome != wanted)
            {
                // What a busy machine adds to the second is not what is tested here.
                began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), $"{outcome} instead of {wanted}");
            }
        }

        // Two activations take the stream from each other: what is lost is sent again.
        async Task<string> Send(Api api)
        {
            var one = scene.Sms($"e-{++sent}", "alfa-0", "05-01T00:00");
            while (true)
            {
                var answer = await api.TryEvents("application/cloudevents+json", one.ToJsonString());
                if (answer.Status == 200) return UsageAnswer.Of(answer).Only;
                answer.Status.ShouldBe(503);
            }
        }
    }
}
