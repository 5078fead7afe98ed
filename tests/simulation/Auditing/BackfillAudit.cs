// Backfills as clients saw them against the journal: what was reverted is, nobody else's is, and what is told of them is what stands.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class BackfillAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    private readonly Dictionary<int, UsageSent> usage = [];
    private readonly Dictionary<int, RevertSent> reverts = [];
    private readonly HashSet<(string Subscription, string? Backfill)> asked = [];
    private readonly Dictionary<(string Subscription, string? Backfill), int> reverted = [];

    public void Check()
    {
        var (atRest, newest) = (false, 0);
        foreach (var entry in log.Entries)
        {
            switch (entry)
            {
                case AtRest: atRest = true; break;
                case UsageSent sent: usage[newest = sent.Request] = sent; break;
                case UsageAnswered answer: Hear(usage[answer.Request], answer); break;
                case RevertSent sent:
                    reverts[newest = sent.Request] = sent;
                    asked.Add((sent.Subscription, sent.Backfill));
                    break;
                case RevertAnswered answer: Hear(reverts[answer.Request], answer, newest); break;
                case BackfillRead read: Read(read, atRest); break;
            }
        }

        foreach (var (id, book) in subscriptions)
        {
            foreach (var (backfill, _) in book.Backfills.Where(one => one.Value.IsReverted))
                findings.Require(asked.Contains((id, backfill)), Kind.Unasked, () => $"{id} has reverted {backfill}, which nobody asked for.");
        }
    }

    private void Hear(UsageSent sent, UsageAnswered answer)
    {
        for (var at = 0; at < sent.Events.Count; at++)
        {
            var (word, of) = (answer.Words[at], (sent.Subscription, SubscriptionBook.BackfillOf(sent.Events[at].Source)));
            findings.Require(word != "closed" || asked.Contains(of), Kind.Answer, () => $"{sent.Subscription} takes no more of {of.Item2}, which nobody has reverted.");
            findings.Require(word != "accepted" || !reverted.TryGetValue(of, out var before) || sent.Request <= before, Kind.Answer,
                () => $"{sent.Subscription} accepts {sent.Events[at]} after {of.Item2} was reverted.");
        }
    }

    // Requests that were sent before this answer may have been decided before it.
    private void Hear(RevertSent sent, RevertAnswered answer, int newest)
    {
        findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{sent} is answered {answer.Word}.");
        if (answer.Word != "done")
            return;
        reverted.TryAdd((sent.Subscription, sent.Backfill), newest);
        findings.Require(subscriptions[sent.Subscription].Backfills.GetValueOrDefault(sent.Backfill) is { IsReverted: true }, Kind.Lost,
            () => $"{sent} was done and does not stand in the journal.");
    }

    private void Read(BackfillRead read, bool atRest)
    {
        var book = subscriptions[read.Subscription].Backfills.GetValueOrDefault(read.Backfill) ?? new BackfillBook();
        var isReverted = reverted.ContainsKey((read.Subscription, read.Backfill));
        findings.Require(read.Accepted <= book.Events, Kind.Reading, () => $"{read} tells more events than the {book.Events} of the journal.");
        if (!atRest)
            return;
        var stands = book.IsReverted ? [] : book.Standing.GroupBy(part => part.Key.Total.Agreement).ToDictionary(parts => parts.Key, parts => parts.Sum(part => part.Value.Amount));
        var same = read.Amounts.Count == stands.Count && stands.All(one => read.Amounts.GetValueOrDefault(one.Key, -1) == one.Value);
        findings.Require(read.Accepted == book.Events && same && (!isReverted || read.Amounts.Count == 0), Kind.Reading,
            () => $"At rest {read} ({string.Join(", ", read.Amounts)}); the journal has {book.Events} events and {string.Join(", ", stands)}.");
    }
}
