// The same events through two activations of one subscription: each id counts once, and neither tells figures that the other has passed.
using System.Diagnostics;
using System.Text.Json.Nodes;
using IUsageRollupGrain = OrleansBilling.GrainInterfaces.Usage.IUsageRollupGrain;

namespace OrleansBilling.Silo.Tests;

public sealed class SecondActivationOnSqlite(TwinHostsOnSqlite hosts) : SecondActivation(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class SecondActivationOnPostgres(TwinHostsOnPostgres hosts) : SecondActivation(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class SecondActivation(TwinHosts hosts)
{
    static int year = 2025;
    Scene scene = null!;

    [Fact]
    public async Task an_event_that_one_activation_took_is_a_duplicate_or_a_conflict_for_the_other()
    {
        await Begin();
        for (var n = 0; n < 20; n++)
        {
            var (one, two) = n % 2 == 0 ? (hosts.First, hosts.Second) : (hosts.Second, hosts.First);
            (await Decided(one, Event($"{n}"))).ShouldBe("accepted");
            (await Decided(two, Event($"{n}"))).ShouldBe("duplicate");
            (await Decided(two, Event($"{n}").Altered())).ShouldBe("conflict");
            (await Decided(one, Event($"{n}"))).ShouldBe("duplicate");
        }

        foreach (var api in new[] { hosts.First, hosts.Second })
            (await scene.Usage(api, "subscriptions", "alfa-0")).Quantity.ShouldBe("20");
        (await hosts.First.Get($"/v1/subscriptions/{scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines.Count.ShouldBe(20);
    }

    [Fact]
    public async Task sent_to_both_at_once_each_id_counts_once()
    {
        const int Events = 60;
        await Begin();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async sender =>
        {
            foreach (var id in Enumerable.Range(0, Events).OrderBy(id => (id * 7 + sender * 13) % Events))
                (await Decided(sender % 2 == 0 ? hosts.First : hosts.Second, Event($"{id}"))).ShouldBeOneOf("accepted", "duplicate");
        }));
        foreach (var api in new[] { hosts.First, hosts.Second })
            (await scene.Usage(api, "subscriptions", "alfa-0")).Quantity.ShouldBe($"{Events}");
    }

    [Fact]
    public async Task an_overtaken_activation_does_not_tell_its_old_figures()
    {
        await Begin();
        (await Decided(hosts.First, Event("1"))).ShouldBe("accepted");
        (await scene.Usage(hosts.First, "subscriptions", "alfa-0")).Quantity.ShouldBe("1");
        (await Decided(hosts.Second, Event("2"))).ShouldBe("accepted");
        (await scene.Usage(hosts.First, "subscriptions", "alfa-0")).Quantity.ShouldBe("2");
        (await scene.Usage(hosts.First, "partners", "nordreach")).Quantity.ShouldBe("2");
    }

    [Fact]
    public async Task sums_count_what_another_activation_took_although_nobody_reports_it()
    {
        const int Subscriptions = 203;
        await Begin();
        foreach (var some in Enumerable.Range(1, Subscriptions - 1).Chunk(20))
            await Task.WhenAll(some.Select(number => scene.Subscribe($"alfa-{number}", "alfa", "05-01", ("wholesale", "sms"))));
        (await Decided(hosts.First, Event("1"))).ShouldBe("accepted");
        await Summed(1);
        // The first host's activation has counted one event and is not told of the second one, nor is the first host's partner.
        (await Decided(hosts.Second, Event("2"))).ShouldBe("accepted");
        await Summed(2);
        (await scene.Usage(hosts.First, "partners", "nordreach")).Quantity.ShouldBe("2");
    }

    // Sums come to know of it by themselves; asking goes through HTTP, so that it takes its time.
    async Task Summed(long events)
    {
        var rollup = hosts.Grains(0).GetGrain<IUsageRollupGrain>(scene.Id("nordreach"));
        var began = Stopwatch.GetTimestamp();
        while ((await rollup.Read(null)) is not { Known: true, Meters: [{ Events: var counted }] } || counted != events)
        {
            await hosts.First.Get("/healthz");
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(40), $"The sums do not count {events}.");
        }
    }

    [Fact]
    public async Task a_correction_that_one_activation_made_is_the_same_or_a_conflict_for_the_other()
    {
        await Begin();
        for (var n = 0; n < 6; n++)
        {
            var (one, two) = n % 2 == 0 ? (hosts.First, hosts.Second) : (hosts.Second, hosts.First);
            (await Decided(one, Event($"{n}"))).ShouldBe("accepted");
            // The other one has not heard of the event.
            var first = (await Correct(two, $"c{n}", $"{n}")).Expect(200);
            (await Correct(one, $"c{n}", $"{n}")).Expect(200).Body.ShouldBe(first.Body);
            (await Correct(one, $"d{n}", $"{n}")).Refused(409, "already_retracted");
            (await Correct(two, $"c{n}", "0", time: "05-12T10:00")).Refused(409, "conflict");
            (await Correct(two, $"d{n}", "none")).Refused(404, "unknown_event");
        }

        foreach (var api in new[] { hosts.First, hosts.Second })
            (await scene.Usage(api, "subscriptions", "alfa-0")).Quantity.ShouldBe("0");
    }

    [Fact]
    public async Task a_package_that_one_activation_granted_is_used_by_the_other_and_never_twice()
    {
        await Begin();
        for (var n = 0; n < 6; n++)
        {
            var (one, two) = n % 2 == 0 ? (hosts.First, hosts.Second) : (hosts.Second, hosts.First);
            var first = (await Grant(one, $"p{n}")).Expect(200);
            // The other one has not heard of it, and knew that nothing was left.
            (await Decided(two, Event($"a{n}"))).ShouldBe("accepted");
            (await Grant(two, $"p{n}")).Expect(200).Json.Text("granted_at").ShouldBe(first.Json.Text("granted_at"));
            (await Decided(one, Event($"b{n}"))).ShouldBe("accepted");
            (await Decided(two, Event($"c{n}"))).ShouldBe("insufficient_allowance");
            (await Decided(one, Event($"c{n}"))).ShouldBe("insufficient_allowance");
        }

        foreach (var api in new[] { hosts.First, hosts.Second })
            (await scene.Usage(api, "subscriptions", "alfa-0")).ShouldBe(("12", "6.00"));
    }

    Task<Answer> Grant(Api api, string id) => api.TryPost($"/v1/subscriptions/{scene.Id("alfa-0")}/grants",
        new { id, meter = "sms.mt.segment", quantity = "2", price = "1" });

    Task<Answer> Correct(Api api, string id, string eventId, string time = "05-12T11:00") => api.TryPost("/v1/corrections", new
    {
        id, subscription = scene.Id("alfa-0"), action = "retract", reason = "counted twice",
        corrects = new { source = "/scenarios", id = eventId, time = scene.At(time) },
    });

    async Task Begin()
    {
        var now = (await hosts.First.Get("/v1/clock")).Json.Text("now");
        year = Math.Max(year, int.Parse(now.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture) + 1);
        scene = new Scene(hosts.First, $"s{year}", year, "Europe/Helsinki");
        await scene.Clock("05-01");
        await scene.Wholesale("operator", "nordreach");
        await scene.Customer("alfa", "nordreach");
        await scene.Plan("sms", Charge.Sms("0.05"));
        await scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
        await scene.Clock("05-12T12:00");
        // Each host keeps a clock of its own on the same setting.
        await hosts.Second.Advance(scene.At("05-12T12:00"));
    }

    JsonObject Event(string id) => scene.Sms(id, "alfa-0", "05-12T11:00", 1, "FI");

    // What a gateway does: an unknown outcome is asked again with the same id.
    static async Task<string> Decided(Api api, JsonObject one)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var answer = (await api.TryEvents("application/x-ndjson", Api.Lines([one]))).Expect(200, 503);
            if (answer.Status == 200)
                return UsageAnswer.Of(answer).Only;
        }

        throw new InvalidOperationException("An event was still undecided after 100 attempts.");
    }
}
