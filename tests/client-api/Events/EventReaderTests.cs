// Bodies cut into events: however the bytes arrive, the events are the same.
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Orleans;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.GrainInterfaces.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class EventReaderTests
{
    private static readonly string One = Parsed.Event("id", "\"1\"");
    private static readonly string Two = Parsed.Event("id", "\"2\"").Replace("sub-a", "sub-b");
    private static readonly string Three = Parsed.Event("id", "\"ä\\n3\"");

    [Theory]
    [InlineData("{1}\n{2}\n{3}\n", "1 2 ä\n3")]
    [InlineData("{1}\n{2}\n{3}", "1 2 ä\n3")]
    [InlineData("{1}\r\n{2}\r\n{3}\r\n", "1 2 ä\n3")]
    [InlineData("\n\n{1}\n\r\n\n{2}\n\n\n", "1 2")]
    [InlineData("{1}\nnonsense\n{2}", "1 ! 2")]
    [InlineData("{1}\n \n{2}\n\r", "1 ! 2")]
    [InlineData("{1}{2}\n{3}", "!1 ä\n3")]
    [InlineData("", "")]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    public async Task lines_are_the_same_events_wherever_the_bytes_are_cut(string template, string ids)
    {
        var body = Encoding.UTF8.GetBytes(template.Replace("{1}", One).Replace("{2}", Two).Replace("{3}", Three));
        (await Lines(waitForMore: true, body)).ShouldBe(ids);
        for (var cut = 0; cut <= body.Length; cut++)
            (await Lines(waitForMore: cut % 2 == 0, body[..cut], body[cut..])).ShouldBe(ids, $"cut at {cut}");
        (await Lines(waitForMore: false, [.. body.Select(one => new[] { one })])).ShouldBe(ids);
    }

    [Fact]
    public async Task a_line_that_is_too_long_is_refused_alone_wherever_the_bytes_are_cut()
    {
        foreach (var length in new[] { Limits.EventBytesMax, Limits.EventBytesMax + 1, Limits.EventBytesMax + 3, 3 * Limits.EventBytesMax })
        {
            var longLine = One[..^1] + new string(' ', length - One.Length) + "}";
            var expected = length <= Limits.EventBytesMax ? "1 1 2 ä\n3" : "1 ! 2 ä\n3";
            foreach (var end in new[] { "\n", "\r\n" })
            {
                var body = Encoding.UTF8.GetBytes(One + end + longLine + end + Two + end + Three);
                (await Lines(true, body)).ShouldBe(expected);
                foreach (var cut in new[] { 1, One.Length, One.Length + 70,
                    One.Length + Limits.EventBytesMax, One.Length + longLine.Length, One.Length + longLine.Length + 3 })
                    (await Lines(true, body[..cut], body[cut..])).ShouldBe(expected, $"{length}, cut at {cut}");
                (await Lines(false, [.. body.Chunk(1000)])).ShouldBe(expected);
            }

            (await Lines(true, [.. Encoding.UTF8.GetBytes(One + "\n" + longLine).Chunk(60_000)])).ShouldBe(expected[..3]);
        }
    }

    [Fact]
    public async Task a_stream_longer_than_a_chunk_comes_in_full_chunks()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Limits.ChunkEventsMax + 5).Select(_ => "x\n")));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(body, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        var chunk = NewChunk();
        (await EventReader.AddLines(pipe.Reader, chunk, true, TestContext.Current.CancellationToken)).ShouldBeTrue();
        chunk.Count.ShouldBe(Limits.ChunkEventsMax);
        chunk.Clear();
        (await EventReader.AddLines(pipe.Reader, chunk, true, TestContext.Current.CancellationToken)).ShouldBeFalse();
        chunk.Count.ShouldBe(5);
    }

    [Fact]
    public void a_batch_is_its_elements_in_order() => Batch($" [ {One},\n{Two} , 7, \"x\", {Three}, {{}} ] ").ShouldBe("1 2 ! ! ä\n3 !");

    [Fact]
    public void an_empty_batch_is_a_batch() => Batch("[]").ShouldBe("");

    [Fact]
    public void a_malformed_batch_takes_nothing_wherever_it_is_malformed()
    {
        var body = $"[{One},{Two}]";
        for (var length = 0; length < body.Length; length++)
            Should.Throw<EventBodyException>(() => Batch(body[..length]), $"length {length}").Status.ShouldBe(400);
        foreach (var broken in new[] { body + "x", body + "[]", $"[{One},]", $"[{One} {Two}]", $"[,{One}]", One, "null", $"{{\"a\":{body}}}", $"//\n{body}" })
            Should.Throw<EventBodyException>(() => Batch(broken), broken).Code.ShouldBe("invalid_request");
    }

    [Fact]
    public void an_event_that_is_nested_too_deep_is_refused_alone() =>
        Batch($"[{One},{Parsed.Event("x", new string('[', 300) + new string(']', 300))},{Two}]").ShouldBe("1 !e-1 2");

    [Fact]
    public void a_batch_has_at_most_ten_thousand_events()
    {
        Batch("[" + string.Join(',', Enumerable.Repeat("1", Limits.ChunkEventsMax)) + "]").Split(' ').Length.ShouldBe(Limits.ChunkEventsMax);
        Should.Throw<EventBodyException>(() => Batch("[" + string.Join(',', Enumerable.Repeat("1", Limits.ChunkEventsMax + 1)) + "]")).Status.ShouldBe(413);
    }

    [Fact]
    public async Task a_body_that_is_not_streamed_has_at_most_16_mib()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[Limits.BodyBytesMax], TestContext.Current.CancellationToken);
        var whole = EventReader.Whole(pipe.Reader, _ => { }, TestContext.Current.CancellationToken);
        await pipe.Writer.WriteAsync(new byte[1], TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<EventBodyException>(whole)).Status.ShouldBe(413);
    }

    [Fact]
    public void records_are_grouped_by_subscription_in_the_order_sent()
    {
        var chunk = NewChunk();
        EventReader.AddBatch(Encoding.UTF8.GetBytes($"[{One},{Two},7,{Three},{Two}]"), chunk);
        var grouped = chunk.Grouped();
        var groups = chunk.Groups.ToArray().Select(group =>
        {
            var reader = new PackedReader(grouped.Span.Slice(group.Start, group.Bytes));
            var ids = new List<string>();
            while (!reader.AtEnd)
                ids.Add(Encoding.UTF8.GetString(UsageRecord.Read(ref reader).Id));
            return $"{group.Subscription.Id}: {string.Join(' ', ids)} at {string.Join(' ', chunk.Order.Slice(group.First, group.Count).ToArray())}";
        });
        groups.ShouldBe(["sub-a: 1 ä\n3 at 0 3", "sub-b: 2 2 at 1 4"]);
    }

    // Ids in order; "!" stands before a refused event.
    private static string Ids(EventChunk chunk)
    {
        var ids = new List<string>();
        foreach (ref readonly var one in chunk.Events)
            ids.Add((one.Outcome == UsageOutcome.InvalidEvent ? "!" : "") + chunk.IdOf(one));
        return string.Join(' ', ids);
    }

    private static string Batch(string body)
    {
        var chunk = NewChunk();
        EventReader.AddBatch(Encoding.UTF8.GetBytes(body), chunk);
        return Ids(chunk);
    }

    private static async Task<string> Lines(bool waitForMore, params byte[][] parts)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        var chunk = NewChunk();
        var reading = ReadAll(pipe.Reader, chunk, waitForMore);
        foreach (var part in parts)
            await pipe.Writer.WriteAsync(part);
        await pipe.Writer.CompleteAsync();
        await reading;
        return Ids(chunk);
    }

    private static async Task ReadAll(PipeReader pipe, EventChunk chunk, bool waitForMore)
    {
        // Without a length the reader hands over what it has; from then on it waits, or this loop would spin.
        while (await EventReader.AddLines(pipe, chunk, waitForMore, TestContext.Current.CancellationToken))
            waitForMore = true;
    }

    private static EventChunk NewChunk() => new(new EventParser(), new SubscriptionDirectory(DispatchProxy.Create<IGrainFactory, Grains>()));

    /// <summary>Makes references that nobody calls.</summary>
    public class Grains : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Create<ISubscriptionGrain, Grains>();
    }
}
