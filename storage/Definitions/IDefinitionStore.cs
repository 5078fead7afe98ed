// Reference data as versioned JSON facts: parties, calendars, meters, plans and their versions, agreements, subscriptions, wallets.
using NodaTime;

namespace OrleansBilling.Storage.Definitions;

/// <summary>
/// The newest version of each definition, and all older ones as history. Writes are group-committed: many concurrent
/// <see cref="Put"/> calls share one transaction, so a migration of 100,000 subscriptions is not 100,000 commits.
/// </summary>
public interface IDefinitionStore
{
    /// <summary>Creates or replaces. The same body again writes nothing and answers <see cref="PutOutcome.Unchanged"/>.</summary>
    Task<PutResult> Put(DefinitionWrite write, CancellationToken cancel);

    /// <summary>The newest version, or null.</summary>
    Task<Definition?> Get(string kind, string id, CancellationToken cancel);

    /// <summary>Ids after the cursor in ordinal order; with <paramref name="parent"/>, only children of that party or plan.</summary>
    Task<IReadOnlyList<Definition>> List(string kind, string? parent, string? afterId, int limit, CancellationToken cancel);

    /// <summary>All versions of one definition, oldest first.</summary>
    Task<IReadOnlyList<Definition>> History(string kind, string id, CancellationToken cancel);

    /// <summary>Legs on an agreement that touch a period: started before its end, not ended more than the lateness window before its start.</summary>
    /// <remarks>
    /// Ordered by subscription id; page with <paramref name="afterSubscription"/>. The limit counts subscriptions, so that all legs of one come
    /// together: a page with fewer rows than the limit is the last one.
    /// </remarks>
    Task<IReadOnlyList<LegRow>> Legs(string agreement, Instant startedBefore, Instant notEndedBefore, string? afterSubscription, int limit,
        CancellationToken cancel);

    /// <summary>How many different subscriptions <see cref="Legs"/> would list: these are the children a close expects.</summary>
    /// <remarks>Subscriptions, not legs: one that ended and began again on the same agreement has two legs and reports once.</remarks>
    Task<int> CountLegs(string agreement, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel);

    /// <summary><see cref="CountLegs"/> of all agreements of a calendar that have any, by agreement: a close asks once and not for each.</summary>
    Task<IReadOnlyDictionary<string, int>> CountLegsOf(string calendar, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel);

    /// <summary>Agreements of a calendar, by id.</summary>
    Task<IReadOnlyList<Definition>> AgreementsOf(string calendar, CancellationToken cancel);

    /// <summary>Agreements in which a party buys, by id.</summary>
    Task<IReadOnlyList<Definition>> AgreementsBoughtBy(string buyer, CancellationToken cancel);

    /// <summary>A number that grows with every write to any kind but subscriptions, customers and wallets; processes poll it to drop their caches.</summary>
    Task<long> CatalogueRevision(CancellationToken cancel);
}

/// <summary>One definition as stored. Stream is 0 for kinds that have none.</summary>
public sealed record Definition(string Kind, string Id, int Version, long Stream, string? Parent, string Body, Instant RecordedAt);

/// <summary>What to store.</summary>
/// <param name="Parent">Partner of a customer, partner above a partner, partner whose code a tag names, partner that was left or joined, customer of a
/// subscription, plan of a plan version, calendar of an agreement, owner of a wallet.</param>
/// <param name="NeedsStream">Give it a stream number when it is created.</param>
/// <param name="IsParty">Its id shares one namespace with all parties: another kind with that id answers <see cref="PutOutcome.IdTaken"/>.</param>
/// <param name="Legs">The legs of a subscription, replacing the stored ones; null for other kinds.</param>
/// <param name="NumberPrefix">Start of the numbers of documents that this party issues; another party's answers <see cref="PutOutcome.PrefixTaken"/>.
/// It stays this party's for ever, since its series goes on where it stopped. Null: it issues none.</param>
/// <param name="ExpectedVersion">Null: whatever stands there; 0: must not exist yet; else must be that version.</param>
/// <param name="Claim">Written with it, or neither is: what only one definition may have at a time. Another version of it than it expects answers
/// <see cref="PutOutcome.Claimed"/>.</param>
/// <param name="Beside">Written with it, or none of them is: rows that say the same fact for those who look from elsewhere. They expect no version.</param>
public sealed record DefinitionWrite(string Kind, string Id, string? Parent, string Body, Instant RecordedAt, string Actor,
    bool NeedsStream = false, bool IsParty = false, IReadOnlyList<LegRow>? Legs = null, string? NumberPrefix = null, int? ExpectedVersion = null,
    DefinitionWrite? Claim = null, IReadOnlyList<DefinitionWrite>? Beside = null);

/// <summary>One leg of a subscription, for finding who must seal. EndsAt null: open.</summary>
public sealed record LegRow(string Agreement, string Subscription, Instant StartsAt, Instant? EndsAt);

/// <summary>How a put ended.</summary>
public enum PutOutcome
{
    /// <summary>It did not exist.</summary>
    Created,
    /// <summary>A new version replaces the old one.</summary>
    Replaced,
    /// <summary>The stored body is the same.</summary>
    Unchanged,
    /// <summary>Another version stands there than was expected.</summary>
    VersionConflict,
    /// <summary>A party of another kind has this id.</summary>
    IdTaken,
    /// <summary>The document numbers of another party begin like this.</summary>
    PrefixTaken,
    /// <summary>What it claims is another's.</summary>
    Claimed,
}

/// <summary>The outcome, and the definition that stands now (null when the id or the prefix is taken).</summary>
public sealed record PutResult(PutOutcome Outcome, Definition? Stored);
