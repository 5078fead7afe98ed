// Live figures: never less than what was acknowledged before they were asked for, never more than the journal has; at rest exactly that.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class ReadingAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Dictionary<string, WalletBook> wallets, Findings findings)
{
    private readonly Dictionary<int, UsageSent> requests = [];
    private readonly Dictionary<(string Of, string Period), HashSet<(string, string)>> acknowledged = [];
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
                case ReadingSent asked: knownWhenAsked[asked.Request] = acknowledged.GetValueOrDefault((asked.Of, asked.Period))?.Count ?? 0; break;
                case UsageRead read: Usage(read, atRest); break;
                case BalanceRead read when atRest: Balance(read); break;
            }
        }
    }

    private void Hear(UsageAnswered answer)
    {
        var sent = requests[answer.Request];
        for (var at = 0; at < sent.Events.Count; at++)
        {
            if (answer.Words[at] is not ("accepted" or "duplicate"))
                continue;
            var of = (sent.Subscription, PeriodOf(sent.Events[at]));
            if (!acknowledged.TryGetValue(of, out var known))
                acknowledged[of] = known = [];
            known.Add((sent.Events[at].Source, sent.Events[at].Id));
        }
    }

    // A month in Helsinki; all of this is in summer time.
    private static string PeriodOf(SentEvent what) =>
        DateTimeOffset.UnixEpoch.AddTicks(what.TimeMicros * 10).AddHours(3).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    private void Usage(UsageRead read, bool atRest)
    {
        var book = subscriptions[read.Subscription];
        foreach (var (agreement, told) in read.ByAgreement)
        {
            var (stands, least) = (book.Totals.GetValueOrDefault((agreement, read.Period)), knownWhenAsked[read.Request]);
            findings.Require(told.Count >= least && told.Count <= stands.Count && (told.Amount <= stands.Amount || book.HasCorrections), Kind.Reading,
                () => $"{read.Subscription} reads {told} of {agreement}; {least} were acknowledged before, the journal has {stands}.");
            findings.Require(!atRest || told == stands, Kind.Reading, () => $"At rest {read.Subscription} reads {told} of {agreement}; the journal has {stands}.");
        }

        findings.Require(read.ByAgreement.Count > 0 || knownWhenAsked[read.Request] == 0, Kind.Reading, () => $"{read.Subscription} reads nothing.");
        findings.Require(!atRest || read.ByAgreement.Count == book.Totals.Keys.Count(of => of.Period == read.Period), Kind.Reading,
            () => $"At rest {read.Subscription} reads {read.ByAgreement.Count} agreements of {read.Period}.");
    }

    private void Balance(BalanceRead read)
    {
        var book = wallets[read.Wallet];
        var stands = (book.Paid - book.Spent, 0m, book.Limit, book.Balance + book.Limit, book.Forced);
        findings.Require((read.Posted, read.Held, read.Limit, read.Available, read.Forced) == stands, Kind.Reading, () => $"At rest {read}; the journal has {stands}.");
    }
}
