// A run in words: what clients sent and heard, in order, then what stands in the journal.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests;

internal static class Story
{
    public static IEnumerable<string> Of(Left left)
    {
        var requests = new Dictionary<int, UsageSent>();
        for (var at = 0; at < left.Log.Entries.Count; at++)
        {
            foreach (var line in Lines(left.Log.Entries[at], requests))
                yield return $"{at} {line}";
        }

        foreach (var row in left.Rows)
        {
            foreach (var fact in row.Frames().SelectMany(frame => frame.Facts))
                yield return $"{left.Tree.Streams[row.Stream]} {row.Version} {fact}";
        }
    }

    private static IEnumerable<string> Lines(LogEntry entry, Dictionary<int, UsageSent> requests)
    {
        switch (entry)
        {
            case UsageSent sent:
                requests[sent.Request] = sent;
                return sent.Events.Select(one => $"call {sent.Request} sends {sent.Subscription} {one.Id} x {one.Quantity}");
            case UsageAnswered answer:
                var of = requests[answer.Request];
                return of.Events.Select((one, at) => $"call {answer.Request} hears {of.Subscription} {one.Id} x {one.Quantity}: {answer.Words[at]}");
            default:
                return [entry.ToString()];
        }
    }
}
