// What the client sends again is what it sent, its reader finds every listed event, and a quick run has all it compares.
using System.Text;
using OrleansBilling.LoadTests.Bench;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Tests;

public sealed class ClientTests
{
    static readonly EventMix Mix = new(20, 0, SubscriptionSampler.Zipf(1.0, 10, 10));

    [Fact]
    public void Events_that_are_sent_again_are_the_same_bytes()
    {
        var request = new EventRequest(Mix, "key", 1);
        request.Next(1_790_000_000_123);
        var (bytes, events) = (request.Bytes.ToArray(), request.Events.ToArray());
        request.Next(1_790_000_000_456);
        request.Bytes.ToArray().ShouldNotBe(bytes);
        request.Again(events);
        request.Bytes.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void Listed_events_are_found_in_any_order()
    {
        var request = new EventRequest(Mix, "key", 2);
        request.Next(0);
        int[] listed = [3, 4, 19, 0, 7];
        var results = listed.Select(index => $$"""{"id":"{{Id(request.Events[index])}}","status":"duplicate"}""");
        var answer = $$"""{"accepted":{{Mix.EventsPerRequest - listed.Length}},"results":[{{string.Join(',', results)}}]}""";
        EventAnswerReader.Note(Encoding.ASCII.GetBytes(answer), request.Events).ShouldBeNull();
        for (var index = 0; index < Mix.EventsPerRequest; index++)
            request.Events[index].Verdict.ShouldBe(listed.Contains(index) ? Verdict.Duplicate : Verdict.Accepted);
    }

    [Fact]
    public void An_event_that_was_not_sent_is_a_fault()
    {
        var request = new EventRequest(Mix, "key", 3);
        request.Next(0);
        var answer = """{"accepted":19,"results":[{"id":"00000000-0000-4000-8000-000000000000","status":"duplicate"}]}""";
        EventAnswerReader.Note(Encoding.ASCII.GetBytes(answer), request.Events).ShouldNotBeNull();
    }

    [Fact]
    public void A_quick_run_measures_both_sides_of_every_ratio()
    {
        var plan = BenchPlan.Of(quick: true, [], null);
        foreach (var (product, baseline) in BenchReport.Compared)
            (plan.Has(product) && plan.Has(baseline)).ShouldBeTrue($"{product} / {baseline}");
    }

    static string Id(in SentEvent one)
    {
        var text = new byte[36];
        EventTemplate.WriteId(text, one.IdHigh, one.IdLow);
        return Encoding.ASCII.GetString(text);
    }
}
