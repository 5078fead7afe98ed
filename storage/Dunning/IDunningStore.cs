// Dunning cases: one per agreement, with its facts.
using NodaTime;

namespace OrleansBilling.Storage.Dunning;

/// <summary>Facts of a case have versions without gaps from 1; who appends says which version he has seen.</summary>
public interface IDunningStore
{
    /// <summary>The case of an agreement, or null.</summary>
    Task<StoredCase?> Get(string agreement, CancellationToken cancel);

    /// <summary>Cases by agreement; null does not filter.</summary>
    Task<IReadOnlyList<StoredCase>> List(string? buyer, string? afterAgreement, int limit, CancellationToken cancel);

    /// <summary>Appends facts and replaces the case, in one transaction. False: another version stands there, and nothing is written.</summary>
    Task<bool> Append(DunningAppend append, CancellationToken cancel);

    /// <summary>Facts of a case behind a version, oldest first.</summary>
    Task<IReadOnlyList<StoredDunningFact>> Facts(string agreement, long after, int limit, CancellationToken cancel);

    /// <summary>Issued invoices and balances taken over of an agreement with something outstanding, those due first.</summary>
    Task<IReadOnlyList<OwedRow>> Owed(string agreement, string buyer, int limit, CancellationToken cancel);

    /// <summary>Makes every case due at an instant, because what they go by has changed.</summary>
    Task WakeAll(string kind, Instant at, CancellationToken cancel);
}

/// <summary>A case.</summary>
/// <param name="Account">The account of its seller, buyer and currency.</param>
/// <param name="Body">As JSON (billing: DunningCase).</param>
public sealed record StoredCase(string Agreement, string Account, string Seller, string Buyer, long Version, string Body);

/// <summary>What is to be appended: facts as JSON behind the version seen (0: none), and the case with them.</summary>
public sealed record DunningAppend(long Expected, IReadOnlyList<string> Facts, Instant At, StoredCase Case);

/// <summary>A fact as stored.</summary>
public sealed record StoredDunningFact(long Version, Instant At, string Body);

/// <summary>An invoice that is owed.</summary>
public sealed record OwedRow(string Number, LocalDate IssueDate, LocalDate DueDate, decimal Outstanding);
