// Price corrections as clients saw them against the journal.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class PriceAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    public void Check()
    {
        var sent = log.Entries.OfType<PriceSent>().ToDictionary(one => one.Request);
        foreach (var answer in log.Entries.OfType<PriceAnswered>())
        {
            var asked = sent[answer.Request];
            findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{asked} is answered {answer.Word}.");
            findings.Require(answer.Word != "done" || Stored(asked.Subscription).Any(stored => Is(stored, asked)), Kind.Lost, () => $"{asked} was done and does not stand in the journal.");
        }

        foreach (var subscription in subscriptions.Keys)
        {
            foreach (var stored in Stored(subscription))
                findings.Require(sent.Values.Any(asked => asked.Subscription == subscription && Is(stored, asked)), Kind.Unasked, () => $"{subscription} has {stored}, which nobody asked for.");
        }
    }

    private IEnumerable<EventCounted> Stored(string subscription) =>
        subscriptions[subscription].Events.Values.SelectMany(events => events).Where(one => one.Corrects is { Price: not null });

    private static bool Is(EventCounted stored, PriceSent asked) => stored.Corrects is { } correction
        && (correction.Source, correction.Id, correction.Price) == (asked.Source, asked.EventId, (asked.Agreement, asked.UnitPrice))
        && stored.Event.Id.StartsWith($"price/{asked.Id}/", StringComparison.Ordinal);
}
