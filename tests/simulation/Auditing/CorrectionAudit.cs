// Corrections and delivery reports as clients saw them against the journal.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class CorrectionAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    private const string Source = "urn:billing:correction";

    public void Check()
    {
        var sent = log.Entries.OfType<CorrectionSent>().ToDictionary(one => one.Request);
        foreach (var answer in log.Entries.OfType<CorrectionAnswered>())
        {
            var asked = sent[answer.Request];
            findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{asked} is answered {answer.Word}.");
            findings.Require(answer.Word != "done" || Stored(asked.Subscription).Any(stored => Is(stored, asked)), Kind.Lost, () => $"{asked} was done and does not stand in the journal.");
            findings.Require(answer.Word != "gone" || Stored(asked.Subscription).Any(stored => IsOf(stored, asked)), Kind.Answer,
                () => $"{asked} was refused, since nothing is left of the event, but nothing was taken back.");
        }

        foreach (var answer in log.Entries.OfType<CorrectionAnswered>().Where(one => one.Word == "price_corrected"))
            findings.Require(subscriptions[sent[answer.Request].Subscription].Events.Values.SelectMany(events => events)
                .Any(stored => stored.Corrects is { Price: not null } && IsOf(stored, sent[answer.Request])), Kind.Answer,
                () => $"{sent[answer.Request]} was refused for a corrected price, and none was corrected.");

        foreach (var subscription in subscriptions.Keys)
        {
            foreach (var stored in Stored(subscription))
                findings.Require(sent.Values.Any(asked => asked.Subscription == subscription && Is(stored, asked)), Kind.Unasked, () => $"{subscription} has {stored}, which nobody asked for.");
        }
    }

    private IEnumerable<EventCounted> Stored(string subscription) =>
        subscriptions[subscription].Events.Where(one => one.Key.Source == Source).SelectMany(one => one.Value).Where(one => one.Corrects is { Price: null });

    private static bool IsOf(EventCounted stored, CorrectionSent asked) => (stored.Corrects!.Source, stored.Corrects.Id) == (asked.Source, asked.EventId);

    // A delivery report has the effect that stands, whichever report brought it.
    private static bool Is(EventCounted stored, CorrectionSent asked) => IsOf(stored, asked) && (asked.Delivery is null
        ? stored.Event.Id == asked.Id && stored.Corrects!.Quantity == asked.Quantity && stored.Corrects.Delivery is null
        : stored.Corrects!.Delivery == asked.Delivery);
}
