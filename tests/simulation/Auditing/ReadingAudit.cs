// Live figures: never less than what was acknowledged before they were asked for, never more than the journal has; at rest exactly that.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class ReadingAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Dictionary<string, WalletBook> wallets, Findings findings)
{
    private readonly Dictionary<int, UsageSent> requests = [];
    private readonly Dictionary<string, HashSet<(string, string)>> acknowledged = [];
    private readonly Dictionary<int, int> knownWhenAsked = [];

    public void Check()
    {
        var atRest = false;
        foreach (var entry in log.Entries)
        {
            switch (entry)
            {
                case AtRest: atRest = true; break;
                case UsageSent sent: requests[sent.Request] = sent; break;
                case UsageAnswered answer: Hear(answer); break;
                case ReadingSent asked: knownWhenAsked[asked.Request] = acknowledged.GetValueOrDefault(asked.Of)?.Count ?? 0; break;
                case UsageRead read: Usage(read, atRest); break;
                case BalanceRead read when atRest: Balance(read); break;
            }
        }
    }

    private void Hear(UsageAnswered answer)
    {
        var sent = requests[answer.Request];
        if (!acknowledged.TryGetValue(sent.Subscription, out var known))
            acknowledged[sent.Subscription] = known = [];
        for (var at = 0; at < sent.Events.Count; at++)
        {
            if (answer.Words[at] is "accepted" or "duplicate")
                known.Add((sent.Events[at].Source, sent.Events[at].Id));
        }
    }

    private void Usage(UsageRead read, bool atRest)
    {
        var book = subscriptions[read.Subscription];
        foreach (var (agreement, told) in read.ByAgreement)
        {
            var (stands, least) = (book.Totals.GetValueOrDefault(agreement), knownWhenAsked[read.Request]);
            findings.Require(told.Count >= least && told.Count <= stands.Count && (told.Amount <= stands.Amount || book.HasCorrections), Kind.Reading,
                () => $"{read.Subscription} reads {told} of {agreement}; {least} were acknowledged before, the journal has {stands}.");
            findings.Require(!atRest || told == stands, Kind.Reading, () => $"At rest {read.Subscription} reads {told} of {agreement}; the journal has {stands}.");
        }

        findings.Require(read.ByAgreement.Count > 0 || knownWhenAsked[read.Request] == 0, Kind.Reading, () => $"{read.Subscription} reads nothing.");
        findings.Require(!atRest || read.ByAgreement.Count == book.Totals.Count, Kind.Reading, () => $"At rest {read.Subscription} reads {read.ByAgreement.Count} agreements.");
    }

    private void Balance(BalanceRead read)
    {
        var book = wallets[read.Wallet];
        var stands = (book.Paid - book.Spent, 0m, book.Limit, book.Balance + book.Limit, book.Forced);
        findings.Require((read.Posted, read.Held, read.Limit, read.Available, read.Forced) == stands, Kind.Reading, () => $"At rest {read}; the journal has {stands}.");
    }
}
