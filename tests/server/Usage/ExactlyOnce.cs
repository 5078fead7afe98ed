// An event counts once, however often, however and to whomever it is sent, and whatever happens to the server in between.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Usage;

public sealed class ExactlyOnceOnSqlite(OnSqlite place) : ExactlyOnce(place), IClassFixture<OnSqlite>;

public sealed class ExactlyOnceOnPostgres(OnPostgres place) : ExactlyOnce(place), IClassFixture<OnPostgres>
{
    [Fact]
    public async Task sent_to_two_servers_in_turn_each_id_counts_once()
    {
        var other = await Place.StartAnother();
        try
        {
            var second = new Api(() => other.Url, ServerProcess.AdminKey);
            for (var n = 0; n < 20; n++)
            {
                var (one, two) = n % 2 == 0 ? (Admin, second) : (second, Admin);
                (await UntilDecided(one, Event($"{n}"))).Only.ShouldBe("accepted");
                (await UntilDecided(two, Event($"{n}"))).Only.ShouldBe("duplicate");
                (await UntilDecided(two, Event($"{n}").Altered())).Only.ShouldBe("conflict");
            }
            await CountsOnBoth(second, 20);
        }
        finally
        {
            await other.Stop();
        }
    }

    [Fact]
    public async Task sent_to_two_servers_at_once_each_id_counts_once()
    {
        const int Senders = 4, Events = 40;
        var other = await Place.StartAnother();
        try
        {
            var second = new Api(() => other.Url, ServerProcess.AdminKey);
            // All senders send all events, each in an order of its own, half of them to each server.
            var answers = await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
            {
                var accepted = 0;
                foreach (var id in Enumerable.Range(0, Events).OrderBy(id => (id * 7 + sender * 13) % Events))
                    accepted += (await UntilDecided(sender % 2 == 0 ? Admin : second, Event($"{id}"))).Accepted;
                return accepted;
            }));
            // An answer that was lost in a conflict may have been decided: its repeat is told "duplicate", so no more than one is told "accepted".
            answers.Sum().ShouldBeLessThanOrEqualTo(Events);
            await CountsOnBoth(second, Events);
        }
        finally
        {
            await other.Stop();
        }
    }

    // Both go on serving: each takes another event, and then tells everything that is durable.
    async Task CountsOnBoth(Api second, int events)
    {
        foreach (var (api, index) in new[] { Admin, second }.Select((api, index) => (api, index)))
        {
            (await UntilDecided(api, Event($"last-{index}"))).Only.ShouldBe("accepted");
            (await Scene.Usage(api, "subscriptions", "alfa-0")).Quantity.ShouldBe($"{events + index + 1}");
            (await api.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines.Count.ShouldBe(events + index + 1);
        }
    }

    // What a gateway does: an unknown outcome is asked again with the same id.
    static async Task<UsageAnswer> UntilDecided(Api api, JsonObject one)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var answer = (await api.TryEvents("application/x-ndjson", Api.Lines([one]))).Expect(200, 503);
            if (answer.Status == 200) return UsageAnswer.Of(answer);
        }
        throw new InvalidOperationException("An event was still undecided after 50 attempts.");
    }
}

public abstract class ExactlyOnce(ServerPlace place) : UsageScenario(place)
{
    [Theory]
    [InlineData("another request")]
    [InlineData("a restart")]
    [InlineData("a kill")]
    public async Task an_event_sent_again_after(string what)
    {
        (await Admin.Events(Event("1", 5), Event("2", 7))).Counts.ShouldBe((2, 0, 0, 0));
        if (what == "a restart") await Place.Restart();
        if (what == "a kill") await Place.KillAndStart();
        (await Admin.Events(Event("2", 7), Event("1", 5), Event("1", 6))).Results.Select(one => (one.Id, one.Status))
            .ShouldBe([("2", "duplicate"), ("1", "duplicate"), ("1", "conflict")]);
        (await Counted()).ShouldBe("12");
    }

    [Fact]
    public async Task an_event_twice_in_one_batch_counts_once_and_another_body_is_a_conflict()
    {
        var answer = await Admin.Batch(Event("1", 5), Event("1", 5), Event("1", 6), Event("2"));
        answer.Counts.ShouldBe((2, 1, 1, 0));
        answer.Results.Select(one => (one.Id, one.Status)).ShouldBe([("1", "duplicate"), ("1", "conflict")]);
        (await Counted()).ShouldBe("6");
    }

    [Fact]
    public async Task an_event_is_the_same_in_every_form()
    {
        (await Admin.Single(Event("1"))).Only.ShouldBe("accepted");
        (await Admin.Batch(Event("1"))).Only.ShouldBe("duplicate");
        (await Admin.Events(Event("1"))).Only.ShouldBe("duplicate");
        (await Admin.Batch(Event("2"))).Only.ShouldBe("accepted");
        (await Admin.Single(Event("2"))).Only.ShouldBe("duplicate");
        (await Admin.Single(Event("2").Altered())).Only.ShouldBe("conflict");
        (await Counted()).ShouldBe("2");
    }

    [Fact]
    public async Task the_same_body_written_otherwise_is_a_duplicate_and_another_source_is_another_event()
    {
        await Admin.Single(Event("1", 2));
        var reordered = new JsonObject(Event("1", 2).Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
        {
            ["extension"] = "ignored",
            ["data"] = new JsonObject { ["country"] = "FI", ["quantity"] = 2 },
            ["time"] = DateTimeOffset.Parse(Scene.At("05-12T11:00")).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.000Z"),
        };
        (await Admin.Single(reordered)).Only.ShouldBe("duplicate");
        (await Admin.Single(Event("1", 2).With("time", Scene.At("05-12T11:00:01")))).Only.ShouldBe("conflict");
        (await Admin.Single(Event("1", 2).With("source", "/other"))).Only.ShouldBe("accepted");
        (await Counted()).ShouldBe("4");
    }

    [Fact]
    public async Task an_event_sent_twenty_times_at_once_counts_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Admin.Single(Event("1", 5))));
        answers.Select(answer => answer.Only).Order().ShouldBe(["accepted", .. Enumerable.Repeat("duplicate", 19)]);
        (await Counted()).ShouldBe("5");
    }

    [Fact]
    public async Task ids_that_have_left_memory_are_known_after_a_restart()
    {
        const int Half = 9_000;
        // Over three days, and more than memory keeps: the older half lies in parts by day.
        var events = Enumerable.Range(0, Half * 2).Select(n => Scene.Sms($"{n}", "alfa-0", $"05-1{n % 3}T11:00")).ToList();
        (await Admin.Events(events[..Half])).Accepted.ShouldBe(Half);
        (await Admin.Events(events[Half..])).Accepted.ShouldBe(Half);
        (await Admin.Events(Event("more"))).Accepted.ShouldBe(1);
        await AreKnown();
        await Place.Restart();
        await AreKnown();
        await Place.KillAndStart();
        await AreKnown();
        (await Counted()).ShouldBe($"{Half * 2 + 1}");

        async Task AreKnown()
        {
            var sample = events.Where((_, n) => n % 500 < 2).ToList();
            (await Admin.Events(sample)).Counts.ShouldBe((0, sample.Count, 0, 0));
            (await Admin.Events(sample.Select(one => one.Altered()))).Counts.ShouldBe((0, 0, sample.Count, 0));
        }
    }

    [Fact]
    public async Task usage_is_taken_for_34_days_and_its_ids_are_known_a_day_longer()
    {
        await Scene.Subscribe("old", "alfa", "01-01", ("wholesale", "sms"));
        var edge = Scene.Sms("edge", "old", "04-08T12:00");
        (await Admin.Events(edge)).Only.ShouldBe("accepted");
        (await Admin.Events(Scene.Sms("over", "old", "04-08T11:59:59"))).Only.ShouldBe("too_late");
        await Scene.Clock("05-13T00:00");
        (await Admin.Events(edge)).Only.ShouldBe("duplicate");
        (await Admin.Events(edge.Altered())).Only.ShouldBe("conflict");
        (await Admin.Events(edge.With("id", "new"))).Only.ShouldBe("too_late");
        await Place.Restart();
        await Scene.Clock("05-13T11:00");
        (await Admin.Events(edge)).Only.ShouldBe("duplicate");
        (await Admin.Events(edge.Altered())).Only.ShouldBe("conflict");
        (await Counted("old")).ShouldBe("0");
        (await Scene.Usage("subscriptions", "old", Scene.Month("04"))).Quantity.ShouldBe("1");
    }

    [Fact]
    public async Task usage_of_a_period_long_past_is_still_told_after_a_restart()
    {
        (await Admin.Events(Event("1", 3))).Only.ShouldBe("accepted");
        await Scene.Clock("09-15T12:00");
        await Place.Restart();
        (await Counted()).ShouldBe("0");
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("3", "0.15"));
        (await Admin.Events(Scene.Sms("2", "alfa-0", "09-15T11:00", 2, "FI"))).Only.ShouldBe("accepted");
        await Place.KillAndStart();
        (await Scene.Usage("partners", "nordreach", Scene.Month("05"))).ShouldBe(("3", "0.15"));
    }
}
