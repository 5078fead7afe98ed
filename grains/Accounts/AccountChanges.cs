// The one place where facts of billing become rows of the store.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Accounts;

/// <summary>Applies facts and collects what commits with them.</summary>
internal sealed class AccountChanges(AccountState state)
{
    private const string DueKind = "account";
    private const string ClockKind = "account_clock";

    private readonly List<NewFact> facts = [];
    private Instant newest;
    private readonly Dictionary<(string Kind, string Id), AccountItem> items = [];
    private readonly HashSet<string> documents = [];
    private readonly List<PayoutFigures> payouts = [];
    private readonly List<DueWork> wallets = [];
    private readonly List<(AccountKey Payable, AccountFact Fact, NewFact Row)> payables = [];

    /// <summary>Numbers of documents that have changed.</summary>
    public IReadOnlyCollection<string> Documents => documents;

    /// <summary>Calendars by which something has become payable, or no longer is.</summary>
    public IEnumerable<string> Calendars => payables.Select(one => CalendarOf(one.Fact)).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>The next fact.</summary>
    public void Apply(AccountFact fact, Instant at, string actor)
    {
        newest = at;
        state.Apply(new RecordedFact(state.Version + 1, at, actor, fact));
        facts.Add(Row(fact, state.Key, at, actor));
        foreach (var item in AccountItems.Of(fact, state))
            items[(item.Kind, item.Id)] = Row(item, state.Key);
        documents.UnionWith(AccountItems.DocumentsOf(fact));
        payables.AddRange(PayableFacts.Of(fact, state).Select(one => (one.Payable, one.Fact, Row(one.Fact, one.Payable, at, actor))));
        // Its wallet hears of it, whoever dies meanwhile.
        if (fact is ChargeRequestEnded ended && state.Collections.TopUp(ended.Id)?.Requested is { } asked)
            wallets.Add(new DueWork(at, Identifiers.WalletChild(asked.Wallet), TopUpDecider.ReferenceOf(asked.Number)));
        if (PayoutItems.NumberOf(fact) is { } payout)
            payouts.Add(PayoutFigures.Of(state.Key, state.Payables.Find(payout)!));
    }

    /// <summary>What to append on a version, and the days on which what has become payable is paid.</summary>
    public AccountCommit Commit(long expected, IReadOnlyDictionary<string, Instant> payoutDays)
    {
        var key = state.Key;
        var entry = new AccountEntry(key.Id, key.Seller, key.Buyer, key.Currency, expected, facts, [.. items.Values], state.Unapplied,
            Due: [.. state.NextDuty is { } at ? [new DueWork(at, Identifiers.Account(key.Id), ClockKind)] : Array.Empty<DueWork>(), .. wallets],
            Dunning: documents.Count == 0 ? null : Dunned(key, newest));
        var shared = payables.GroupBy(one => one.Payable).Select(group => Payable(group.Key, [.. group], payoutDays));
        var changed = documents.Order(StringComparer.Ordinal).Select(number => state.Document(number)!)
            .Select(document => new DocumentChange(document.Opened.Number, document.Status, document.Outstanding, document.PaidOn));
        return new AccountCommit([entry, .. shared], [.. changed, .. payouts.Select(Payout)]);
    }

    /// <summary>A payout that gets its number, in the transaction that gives it.</summary>
    public static AccountEntry Issued(AccountKey key, Payout payout, string number, Instant at) => new(key.Id, key.Seller, key.Buyer, key.Currency, null,
        [Row(new PayoutIssued { Id = payout.Made.Id, Number = number }, key, at, AccountLedger.System)], [Row(PayoutItems.Issued(key, payout, number), key)]);

    /// <summary>The row that wakes a payable account on a payout day. Each day has a row of its own, so that none is put off by another.</summary>
    public static DueWork PayoutDue(AccountKey key, string calendar, Instant at) =>
        new(at, Identifiers.Account(key.Id), $"payout/{calendar}/{NodaTime.Text.InstantPattern.General.Format(at)}");

    // Written blindly: whatever stands in the payable account, these come behind it.
    private static AccountEntry Payable(AccountKey key, IReadOnlyList<(AccountKey Payable, AccountFact Fact, NewFact Row)> facts,
        IReadOnlyDictionary<string, Instant> payoutDays) => new(key.Id, key.Seller, key.Buyer, key.Currency, null, [.. facts.Select(one => one.Row)], [],
            Due: [.. facts.Select(one => CalendarOf(one.Fact)).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(calendar => PayoutDue(key, calendar, payoutDays[calendar]))]);

    private static string? CalendarOf(AccountFact fact) => fact switch
    {
        ShareReleased released => released.Calendar,
        ShareClawedBack { WasPayable: true } back => back.Calendar,
        _ => null,
    };

    private static DocumentChange Payout(PayoutFigures payout) => new(payout.Number, payout.Status, 0, payout.Status == "paid" ? payout.PaidOn : null);

    /// <summary>
    /// A document that is opened in the transaction that issues it, whatever stands in its account. Always: the account has something to do with it
    /// (shares, a charge day), whether or not credit waits for it.
    /// </summary>
    public static AccountEntry Open(DocumentOpened opened, AccountKey key, Instant at, bool always, bool dunned) => new(key.Id, key.Seller, key.Buyer,
        key.Currency, null,
        [Row(opened, key, at, AccountLedger.System)], [], WhenUnapplied: new DueWork(at, Identifiers.Account(key.Id), DueKind),
        Due: always ? [new DueWork(at, Identifiers.Account(key.Id), DueKind)] : [], Dunning: dunned ? Dunned(key, at) : null);

    /// <summary>The same of the invoice of a prepayment: its revenue is deferred, and the row wakes the account when the first part of it is earned.</summary>
    public static AccountEntry Sold(AccountEntry opened, PrepaymentSold sold, AccountKey key, Instant at) => opened with
    {
        Facts = [.. opened.Facts, Row(sold, key, at, AccountLedger.System)],
        Due = [.. opened.Due ?? [], new DueWork(sold.ReleasedAt[0], Identifiers.Account(key.Id), $"earned/{sold.Id}")],
    };

    private static DueWork Dunned(AccountKey key, Instant at) => new(at, Identifiers.Dunning(key.Id), DunningDueKinds.Wake);

    private static NewFact Row(AccountFact fact, AccountKey key, Instant at, string actor) => new(fact.FactKind, fact.FactId, at, actor, fact.ToBody(),
        [.. Postings.Of(fact, key).Select(posting => new PostingLine(posting.Ledger, posting.Amount))]);

    private static AccountItem Row(ListedItem item, AccountKey key) => new(item.Kind, item.Id, key.Id, key.Seller, key.Buyer, item.Agreement, item.At,
        item.Status, item.Run, item.Remaining, item.Body);
}
