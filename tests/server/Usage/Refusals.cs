// Usage that is not taken: each event for its own reason, alone; a body that cannot be cut into events as a whole.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Usage;

public sealed class RefusalsOnSqlite(OnSqlite place) : Refusals(place), IClassFixture<OnSqlite>;

public sealed class RefusalsOnPostgres(OnPostgres place) : Refusals(place), IClassFixture<OnPostgres>;

public abstract class Refusals(ServerPlace place) : UsageScenario(place)
{
    const string Lines = "application/x-ndjson", BatchType = "application/cloudevents-batch+json", SingleType = "application/cloudevents+json";

    [Fact]
    public async Task each_reason_has_its_code_and_refuses_its_event_alone()
    {
        await Admin.Put("/v1/meters/voice.minute", new { unit = "minute" });
        await Scene.Plan("finland", Charge.Sms("0.05", "FI"));
        await Scene.Subscribe("finnish", "alfa", "05-01", ("wholesale", "finland"));
        await Scene.Subscribe("brief", "alfa", "05-10T10:00", Scene.At("05-12T10:00"), ("wholesale", "sms"));
        (string Wanted, JsonObject Sent)[] cases =
        [
            ("accepted", Event("ok")),
            ("unknown_subscription", Event("1", subscription: "nobody")),
            ("unknown_subscription", Event("2").With("subject", new string('x', 65))),
            ("unknown_meter", Event("3").With("type", "no.such.meter")),
            ("no_price", Event("4").With("type", "voice.minute")),
            ("no_price", Scene.Sms("5", "finnish", "05-12T11:00", 1, "SE")),
            ("no_price", Scene.Sms("6", "finnish", "05-12T11:00")),
            ("subscription_not_active", Scene.Sms("7", "brief", "05-10T09:59:59")),
            ("accepted", Scene.Sms("8", "brief", "05-10T10:00")),
            ("accepted", Scene.Sms("9", "brief", "05-12T09:59:59")),
            ("subscription_not_active", Scene.Sms("10", "brief", "05-12T10:00")),
            ("in_the_future", Scene.Sms("11", "alfa-0", "05-12T12:05:01")),
            ("accepted", Scene.Sms("12", "alfa-0", "05-12T12:05")),
            ("too_late", Scene.Sms("13", "alfa-0", "04-08T11:59")),
            ("invalid_event", Event("14").With("specversion", "0.3")),
        ];
        var answer = UsageAnswer.Of((await Admin.TryEvents(Lines, Api.Lines(cases.Select(one => one.Sent)), query: "?results=all")).Expect(200));
        answer.Results.Select(one => one.Word).ShouldBe(cases.Select(one => one.Wanted));
        answer.Counts.ShouldBe((4, 0, 0, 11));
        // What was refused was not taken: sent again it is decided again, and what stands there did not change.
        (await Admin.Events(cases[6].Sent)).Only.ShouldBe("no_price");
        ((await Counted()), (await Counted("finnish")), (await Counted("brief"))).ShouldBe(("2", "0", "2"));
    }

    [Fact]
    public async Task a_malformed_event_is_refused_alone_and_told_what_is_wrong()
    {
        (string Wrong, JsonObject Sent)[] cases =
        [
            ("id", Event("a").With("id", null)), ("id", Event("a").With("id", "")), ("id", Event("a").With("id", 7)),
            ("source", Event("b").With("source", null)), ("type", Event("c").With("type", null)), ("subject", Event("d").With("subject", null)),
            ("time", Event("e").With("time", null)), ("time", Event("f").With("time", "2025-05-12")), ("time", Event("g").With("time", "2025-05-12T11:00:00")),
            ("time", Event("h").With("time", "2025-02-30T11:00:00Z")), ("specversion", Event("i").With("specversion", null)),
            ("data", Event("j").With("data", "text")), ("quantity", Event("k").With("data", Data("quantity", "-1"))),
            ("quantity", Event("l").With("data", Data("quantity", "1e3"))), ("quantity", Event("m").With("data", Data("quantity", "many"))),
            ("quantity", Event("n").With("data", Data("quantity", new string('9', 29)))),
            ("data.list", Event("o").With("data", Data("list", new JsonArray(1)))),
            ("data_base64", Event("p").With("data_base64", "AAAA")), ("datacontenttype", Event("q").With("datacontenttype", "text/xml")),
            ("id", Event(new string('i', 1025))), ("depth", Event("r").With("extension", Nested(9))),
        ];
        var answer = await Admin.Batch([Event("first"), .. cases.Select(one => one.Sent), Event("last")]);
        answer.Counts.ShouldBe((2, 0, 0, cases.Length));
        foreach (var (result, (wrong, sent)) in answer.Results.Zip(cases))
        {
            result.Code.ShouldBe("invalid_event", sent.ToJsonString());
            if (wrong != "depth") result.Detail!.ShouldContain(wrong);
        }
        (await Counted()).ShouldBe("2");
    }

    [Theory]
    [InlineData(BatchType, "[{0},", "invalid_request")]
    [InlineData(BatchType, "[{0}] {0}", "invalid_request")]
    [InlineData(BatchType, "{0}", "invalid_request")]
    [InlineData(BatchType, "[{0},]", "invalid_request")]
    [InlineData(BatchType, "", "invalid_request")]
    public async Task a_batch_that_is_no_JSON_array_takes_nothing(string type, string body, string code)
    {
        (await Admin.TryEvents(type, body.Replace("{0}", Event("1").ToJsonString(), StringComparison.Ordinal))).Refused(400, code);
        (await Counted()).ShouldBe("0");
    }

    [Fact]
    public async Task another_content_type_is_refused()
    {
        (await Admin.TryEvents("text/plain", Event("1").ToJsonString())).Refused(415, "unsupported_media_type");
        (await Counted()).ShouldBe("0");
    }

    [Fact]
    public async Task an_event_of_more_than_64_KiB_is_refused_alone_and_a_body_of_more_than_16_MiB_as_a_whole()
    {
        var large = Event("large").With("extension", new string('x', 70_000));
        (await Admin.Batch(Event("1"), large, Event("2"))).Counts.ShouldBe((2, 0, 0, 1));
        var fits = Event("fits").With("extension", new string('x', 60_000));
        (await Admin.Single(fits)).Only.ShouldBe("accepted");
        (await Admin.Single(large)).Only.ShouldBe("invalid_event");
        var big = Enumerable.Range(0, 300).Select(n => Event($"big-{n}").With("extension", new string('x', 60_000)).ToJsonString());
        (await Admin.TryEvents(BatchType, $"[{string.Join(',', big)}]")).Expect(413).Code.ShouldBe("body_too_large");
        (await Counted()).ShouldBe("3");
    }

    [Fact]
    public async Task a_batch_has_at_most_ten_thousand_events()
    {
        (await Admin.TryEvents(BatchType, "[" + string.Join(',', Enumerable.Range(0, 10_001).Select(n => Event($"{n}").ToJsonString())) + "]"))
            .Refused(413, "body_too_large");
        (await Counted()).ShouldBe("0");
        (await Admin.Batch(Enumerable.Range(0, 10_000).Select(n => Event($"{n}")))).Accepted.ShouldBe(10_000);
    }

    [Fact]
    public async Task empty_lines_are_passed_over_and_a_broken_line_is_refused_alone()
    {
        var body = $"\n{Event("1").ToJsonString()}\r\n\n{{\"specversion\":\n{Event("2").ToJsonString()}";
        var answer = UsageAnswer.Of((await Admin.TryEvents(Lines, body)).Expect(200));
        answer.Counts.ShouldBe((2, 0, 0, 1));
        (await Counted()).ShouldBe("2");
        UsageAnswer.Of((await Admin.TryEvents(SingleType, "{}")).Expect(200)).Only.ShouldBe("invalid_event");
    }

    static JsonObject Data(string member, JsonNode value) => new() { [member] = value };

    static JsonNode Nested(int depth) => depth == 0 ? JsonValue.Create(1) : new JsonArray(Nested(depth - 1));
}
