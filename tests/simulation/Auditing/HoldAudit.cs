// Holds as clients saw them against the journal.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class HoldAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    private readonly Dictionary<int, HoldSent> requests = [];
    private readonly HashSet<(string Subscription, string Verb, string Id, decimal Quantity)> sent = [];
    private readonly Dictionary<(string Verb, string Id, decimal Quantity), int> done = [];

    public void Check()
    {
        foreach (var entry in log.Entries)
        {
            if (entry is HoldSent command)
            {
                requests[command.Request] = command;
                sent.Add((command.Subscription, command.Verb, command.Id, command.Quantity));
            }
            else if (entry is HoldAnswered answer)
                Hear(requests[answer.Request], answer);
        }

        foreach (var (id, book) in subscriptions)
        {
            foreach (var hold in book.Holds.Values)
                Asked(id, hold);
        }
    }

    private void Hear(HoldSent command, HoldAnswered answer)
    {
        var name = $"{command.Verb} {command.Id} of {command.Quantity}";
        findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{name} is answered {answer.Word}.");
        var about = (command.Verb, command.Id, command.Quantity);
        if (done.TryGetValue(about, out var first) && command.Request > first)
            findings.Require(answer.Word is "done" or "unknown", Kind.Answer, () => $"{name} was done and is answered {answer.Word} now.");
        if (answer.Word != "done")
            return;
        done.TryAdd(about, log.Entries.OfType<HoldSent>().Last().Request);
        var hold = subscriptions[command.Subscription].Holds.GetValueOrDefault(command.Id);
        var stands = command.Verb switch
        {
            "place" => hold is not null && hold.Placed.Event.Quantity == answer.Held,
            "capture" => hold?.Ended is { How: 2 or 5 } ended && ended.Quantity == command.Quantity && answer.Captured == command.Quantity,
            _ => hold?.Ended is { How: 3 or 4 or 5 },
        };
        findings.Require(stands, Kind.Lost, () => $"{name} was acknowledged; the journal has {hold?.Placed.Event.Quantity} and {hold?.Ended}.");
    }

    private void Asked(string subscription, HoldBook hold)
    {
        var id = hold.Placed.Id;
        findings.Require(sent.Any(one => one.Subscription == subscription && one.Verb == "place" && one.Id == id && one.Quantity >= hold.Placed.Event.Quantity), Kind.Unasked,
            () => $"{subscription} has hold {id} of {hold.Placed.Event.Quantity}, which nobody placed so.");
        if (hold.Ended is { How: 2 or 5 } captured)
            findings.Require(sent.Contains((subscription, "capture", id, captured.Quantity)), Kind.Unasked,
                () => $"{subscription} captures {captured.Quantity} of hold {id}, which nobody asked for.");
        if (hold.Ended is { How: 3 })
            findings.Require(sent.Any(one => one.Subscription == subscription && one.Verb == "release" && one.Id == id), Kind.Unasked,
                () => $"{subscription} releases hold {id}, which nobody asked for.");
    }
}
