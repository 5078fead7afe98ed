// Packages as clients saw them against the journal: what was done stands, and nothing else does.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class GrantAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    public void Check()
    {
        var sent = log.Entries.OfType<GrantSent>().ToDictionary(one => one.Request);
        foreach (var answer in log.Entries.OfType<GrantAnswered>())
        {
            var asked = sent[answer.Request];
            findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{asked} is answered {answer.Word}.");
            var stands = subscriptions[asked.Subscription].Packages.Exists(package => Is(package.Granted, asked));
            findings.Require(answer.Word != "done" || stands, Kind.Lost, () => $"{asked} was done and does not stand in the journal.");
            findings.Require(answer.Word != "conflict" || subscriptions[asked.Subscription].Packages.Exists(package => package.Granted.Id == asked.Id), Kind.Answer,
                () => $"{asked} was a conflict, but no package has its id.");
        }

        foreach (var (id, book) in subscriptions)
        {
            foreach (var package in book.Packages)
                findings.Require(sent.Values.Any(asked => asked.Subscription == id && Is(package.Granted, asked)), Kind.Unasked, () => $"{id} has {package.Granted}, which nobody gave.");
        }
    }

    private static bool Is(PackageGranted granted, GrantSent asked) =>
        (granted.Id, granted.Agreement, granted.Quantity, granted.Price) == (asked.Id, asked.Agreement, asked.Quantity, asked.Price);
}
