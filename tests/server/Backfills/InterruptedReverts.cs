// A revert that was interrupted comes to its end although nobody asks for it again.

namespace OrleansBilling.Server.Tests.Backfills;

public sealed class InterruptedRevertsOnSqlite(OnSqlite place) : InterruptedReverts(place), IClassFixture<OnSqlite>
{
    protected override string[] Stop => ["create trigger stop before update on backfill_subscriptions begin select raise(abort, 'stopped'); end"];

    protected override string[] GoOn => ["drop trigger stop"];
}

public sealed class InterruptedRevertsOnPostgres(OnPostgres place) : InterruptedReverts(place), IClassFixture<OnPostgres>
{
    protected override string[] Stop =>
    [
        "create function stop() returns trigger language plpgsql as $$ begin raise exception 'stopped'; end $$",
        "create trigger stop before update on backfill_subscriptions for each row execute function stop()",
    ];

    protected override string[] GoOn => ["drop trigger stop on backfill_subscriptions", "drop function stop"];
}

public abstract class InterruptedReverts(ServerPlace place) : Usage.UsageScenario(place)
{
    const string First = "alfa-0";
    const string Last = "beta-0";

    /// <summary>From here on no subscription can be noted as reverted.</summary>
    protected abstract string[] Stop { get; }

    protected abstract string[] GoOn { get; }

    string Path => $"/v1/backfills/{Scene.Id("b")}";

    [Fact]
    public async Task a_process_that_was_killed_half_way_is_followed_by_one_that_goes_on()
    {
        await Filled();
        await WhileDown(() => Run(Stop));
        (await Admin.TryPost($"{Path}/revert")).Refused(503, "outcome_unknown");
        (await State()).ShouldBe("reverting");
        await WhileDown(() => Run(GoOn));
        (await State()).ShouldBe("reverting");
        await Scene.Clock("06-20T00:01");
        await NothingStands();
    }

    [Fact]
    public async Task a_subscription_that_cannot_be_read_holds_up_no_other_and_follows()
    {
        await Filled();
        await WhileDown(() => Place.DamageJournal(Scene.Id(First)));
        (await Admin.TryPost($"{Path}/revert")).Refused(503, "outcome_unknown");
        (await Scene.Usage("subscriptions", Last, Scene.Month("05"))).ShouldBe(("0", "0.00"));
        // Due work that cannot be done holds the clock.
        (await Admin.TryPost("/v1/clock/advance", new { to = Scene.At("06-21") })).Refused(503, "due_work_failed")
            .Json.Text("detail").ShouldContain($"revert of backfill {Scene.Id("b")} failed and stays due");
        await WhileDown(() => Place.DamageJournal(Scene.Id(First)));
        await Scene.Clock("06-21");
        await NothingStands();
    }

    async Task Filled()
    {
        await Scene.Subscribe(Last, "alfa", "05-01", ("wholesale", "sms"));
        await Scene.Clock("06-20");
        await Admin.Post("/v1/backfills", new { id = Scene.Id("b"), reason = "lost day" });
        foreach (var subscription in new[] { First, Last })
            UsageAnswer.Of((await Admin.Backfill(Scene.Id("b"), Scene.Sms("a", subscription, "05-12T11:00", 10, "FI"))).Expect(200)).Only.ShouldBe("accepted");
    }

    async Task NothingStands()
    {
        (await State()).ShouldBe("reverted");
        foreach (var subscription in new[] { First, Last })
        {
            (await Scene.Usage("subscriptions", subscription, Scene.Month("05"))).ShouldBe(("0", "0.00"));
            // The event and one entry that takes it back, however often it was tried.
            (await Admin.Get($"/v1/subscriptions/{Scene.Id(subscription)}/events", "application/x-ndjson")).Lines.Count.ShouldBe(2);
        }

        await WhileDown(async () => (await Run("select count(*) from due_work where kind = 'revert'")).ShouldBe(0L));
    }

    async Task<string> State()
    {
        var list = (await Admin.Get("/v1/backfills?limit=200")).Json.List("data");
        return list.Single(one => one.Text("id") == Scene.Id("b")).Text("state");
    }

    async Task WhileDown(Func<Task> change)
    {
        await Place.Server.Kill();
        await change();
        await Place.Start();
    }

    // The answer of the last one.
    async Task<object?> Run(params string[] statements)
    {
        await using var connection = await Place.OpenStore();
        object? answer = null;
        foreach (var sql in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            answer = await command.ExecuteScalarAsync();
        }

        return answer;
    }
}
