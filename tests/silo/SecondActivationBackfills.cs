// Backfills through two activations of one subscription: an event counts once, a revert is made once, and nothing counts after it on either.
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansBilling.GrainInterfaces.Usage;
using UsageAnswer = OrleansBilling.Server.Tests.Driving.UsageAnswer;

namespace OrleansBilling.Silo.Tests;

public sealed class SecondActivationBackfillsOnSqlite(TwinHostsOnSqlite hosts) : SecondActivationBackfills(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class SecondActivationBackfillsOnPostgres(TwinHostsOnPostgres hosts) : SecondActivationBackfills(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class SecondActivationBackfills(TwinHosts hosts)
{
    static int year = 2025;
    Scene scene = null!;

    [Fact]
    public async Task an_event_that_one_activation_took_is_a_duplicate_or_a_conflict_for_the_other()
    {
        await Begin();
        for (var n = 0; n < 10; n++)
        {
            var (one, two) = n % 2 == 0 ? (hosts.First, hosts.Second) : (hosts.Second, hosts.First);
            (await Filled(one, Old($"{n}"))).ShouldBe("accepted");
            (await Filled(two, Old($"{n}"))).ShouldBe("duplicate");
            (await Filled(two, Old($"{n}").Altered())).ShouldBe("conflict");
        }

        await Stands("10", lines: 10);
    }

    [Fact]
    public async Task sent_to_both_at_once_each_event_counts_once()
    {
        const int Events = 30;
        await Begin();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async sender =>
        {
            foreach (var id in Enumerable.Range(0, Events).OrderBy(id => (id * 7 + sender * 13) % Events))
                (await Filled(sender % 2 == 0 ? hosts.First : hosts.Second, Old($"{id}"))).ShouldBeOneOf("accepted", "duplicate");
        }));
        await Stands($"{Events}", lines: Events);
    }

    [Fact]
    public async Task reverted_by_both_at_once_it_is_taken_back_once()
    {
        await Begin();
        (await Filled(hosts.First, Old("a", 7))).ShouldBe("accepted");
        (await Filled(hosts.Second, Old("b", 4))).ShouldBe("accepted");
        // Past the store, which knows who was reverted: the grains alone.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(call => Reverted(call % 2)));
        await Stands("0", lines: 3);
        (await hosts.Second.Post($"/v1/backfills/{scene.Id("b")}/revert")).Json.Text("state").ShouldBe("reverted");
        await Stands("0", lines: 3);
    }

    [Fact]
    public async Task an_activation_that_has_not_heard_of_a_revert_counts_nothing_more()
    {
        await Begin();
        (await Filled(hosts.First, Old("a"))).ShouldBe("accepted");
        (await Filled(hosts.Second, Old("b"))).ShouldBe("accepted");
        await Reverted(0);
        (await Filled(hosts.Second, Old("c"))).ShouldBe("backfill_closed");
        (await Filled(hosts.First, Old("d"))).ShouldBe("backfill_closed");
        await Stands("0", lines: 3);
    }

    [Fact]
    public async Task an_activation_that_lacks_money_does_not_refuse_what_another_one_has_taken()
    {
        await Begin();
        await hosts.First.Put($"/v1/wallets/{scene.Id("w")}", new { owner = scene.Id("nordreach"), currency = "EUR", credit_limit = "0" });
        await hosts.First.Put($"/v1/subscriptions/{scene.Id("prepaid")}", new
        {
            customer = scene.Id("alfa"), starts_at = scene.At("05-01"), legs = new[] { new { agreement = scene.Id("wholesale"), plan = scene.Id("sms") } },
            funding = new { mode = "prepaid", wallet = scene.Id("w") },
        });
        JsonObject Sms(string id) => scene.Sms(id, "prepaid", "06-20T11:00", 1, "FI");
        (await Sent(hosts.Second, Sms("none"))).ShouldBe("insufficient_funds");
        await hosts.First.Post($"/v1/subscriptions/{scene.Id("prepaid")}/grants", new { id = "p", meter = "sms.mt.segment", quantity = "2", price = "0" });
        (await Sent(hosts.First, Sms("a"))).ShouldBe("accepted");
        // The other one has heard neither of the package nor of the event.
        (await Sent(hosts.Second, Sms("a"))).ShouldBe("duplicate");
    }

    async Task Begin()
    {
        var now = (await hosts.First.Get("/v1/clock")).Json.Text("now");
        year = Math.Max(year, int.Parse(now.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture) + 1);
        scene = new Scene(hosts.First, $"b{year}", year, "Europe/Helsinki");
        await scene.Clock("05-01");
        await scene.Wholesale("operator", "nordreach");
        await scene.Customer("alfa", "nordreach");
        await scene.Plan("sms", Charge.Sms("0.05"));
        await scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
        await scene.Clock("06-20T12:00");
        // Each host keeps a clock of its own on the same setting.
        await hosts.Second.Advance(scene.At("06-20T12:00"));
        await hosts.First.Post("/v1/backfills", new { id = scene.Id("b"), reason = "lost day" });
    }

    JsonObject Old(string id, int quantity = 1) => scene.Sms(id, "alfa-0", "05-12T11:00", quantity, "FI");

    Task<string> Filled(Api api, JsonObject one) => Decided(() => api.Backfill(scene.Id("b"), one));

    static Task<string> Sent(Api api, JsonObject one) => Decided(() => api.TryEvents("application/x-ndjson", Api.Lines([one])));

    // What a gateway does: an unknown outcome is asked again with the same id.
    static async Task<string> Decided(Func<Task<Answer>> send)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var answer = (await send()).Expect(200, 503);
            if (answer.Status == 200)
                return UsageAnswer.Of(answer).Only;
        }

        throw new InvalidOperationException("An event was still undecided after 100 attempts.");
    }

    async Task Reverted(int host)
    {
        var grain = hosts.Grains(host).GetGrain<ISubscriptionBackfills>(scene.Id("alfa-0"));
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await grain.Revert(new RevertCommand { Backfill = scene.Id("b"), Reason = "lost day" })).State == BatchState.Decided)
                return;
        }

        throw new InvalidOperationException("A revert was still undecided after 100 attempts.");
    }

    // On both, in units, and by the entries of the history.
    async Task Stands(string quantity, int lines)
    {
        foreach (var api in new[] { hosts.First, hosts.Second })
        {
            (await scene.Usage(api, "subscriptions", "alfa-0", scene.Month("05"))).Quantity.ShouldBe(quantity);
            var history = (await api.Get($"/v1/subscriptions/{scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines;
            history.Count.ShouldBe(lines);
            history.Sum(line => decimal.Parse(JsonDocument.Parse(line).RootElement.Text("quantity"), System.Globalization.CultureInfo.InvariantCulture))
                .ShouldBe(decimal.Parse(quantity, System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
