// NDJSON lines that are far too long: refused alone, named, and never kept.
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Usage;

public sealed class LongLinesOnSqlite(OnSqlite place) : LongLines(place), IClassFixture<OnSqlite>;

public sealed class LongLinesOnPostgres(OnPostgres place) : LongLines(place), IClassFixture<OnPostgres>;

public abstract class LongLines(ServerPlace place) : UsageScenario(place)
{
    const string Ndjson = "application/x-ndjson";
    const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(64 * 1024 + 1)]
    [InlineData(20 * MiB)]
    public async Task a_line_that_is_too_long_is_refused_alone_with_its_place(int bytes)
    {
        var answer = UsageAnswer.Of((await Admin.Lines(Body(bytes))).Expect(200));
        answer.Counts.ShouldBe((3, 0, 0, 1));
        var refused = answer.Results.ShouldHaveSingleItem();
        (refused.Word, refused.Detail, refused.Position).ShouldBe(("invalid_event", "an event has at most 65536 bytes", 2L));
        (await Counted()).ShouldBe("3");
        UsageAnswer.Of((await Admin.Lines(Body(bytes), chunked: true)).Expect(200)).Counts.ShouldBe((0, 3, 0, 1));
    }

    [Fact]
    public async Task answered_line_by_line_the_lines_around_it_keep_their_places()
    {
        var lines = (await Admin.Lines(Body(5 * MiB), Ndjson, chunked: true)).Expect(200).Lines;
        var results = lines.Select(line => UsageResult.Of(JsonDocument.Parse(line).RootElement)).ToList();
        results.Select(one => (one.Id, one.Word)).ShouldBe([("1", "accepted"), ("", "invalid_event"), ("2", "accepted"), ("3", "accepted")]);
        results.Select(one => one.Position).ShouldBe([null, 2, null, null]);
    }

    [Fact]
    public async Task a_line_without_end_costs_no_memory()
    {
        (await Admin.Lines(Body(2 * MiB), chunked: true)).Expect(200);
        var before = Place.Server.PeakMemory;
        UsageAnswer.Of((await Admin.Lines(Body(400 * MiB), chunked: true)).Expect(200)).Counts.ShouldBe((0, 3, 0, 1));
        (Place.Server.PeakMemory - before).ShouldBeLessThan(150L * MiB);
    }

    // An event, a line of so many bytes that begins like one, two events; sent piece by piece.
    PiecewiseBody Body(int bytes) =>
        new(Event("1").ToJsonString() + "\n" + "{\"specversion\":\"1.0\",\"id\":\"long\",\"x\":\"", bytes, "\n" + Api.Lines([Event("2"), Event("3")]));
}

/// <summary>Text, a run of one letter, text.</summary>
public sealed class PiecewiseBody : HttpContent
{
    static readonly byte[] Piece = [.. Enumerable.Repeat((byte)'x', 256 * 1024)];

    readonly byte[] before;
    readonly int run;
    readonly byte[] after;

    public PiecewiseBody(string before, int run, string after)
    {
        (this.before, this.run, this.after) = (Encoding.UTF8.GetBytes(before), run, Encoding.UTF8.GetBytes(after));
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        await stream.WriteAsync(before);
        for (var left = run; left > 0; left -= Piece.Length) await stream.WriteAsync(Piece.AsMemory(0, Math.Min(left, Piece.Length)));
        await stream.WriteAsync(after);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = before.Length + (long)run + after.Length;
        return true;
    }
}
