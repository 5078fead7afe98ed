// Facts of accounts and their postings, in the order of accounts.
using NodaTime;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Proving;

/// <summary>A fact as it stands.</summary>
public sealed record ReadFact(string Account, long Version, Instant RecordedAt, string Actor, string Body);

/// <summary>A posting as it stands.</summary>
public sealed record ReadPosting(string Account, long Version, string Ledger, decimal Amount);

/// <summary>Something that is listed of an account.</summary>
public sealed record ReadItem(string Account, string Kind, string Id, string Status, string? Run, decimal Remaining, string Body);

/// <summary>What is kept of an account.</summary>
public sealed record ReadHead(string Account, long Version, decimal Unapplied);

/// <summary>A fact of a party's state or of a dunning case.</summary>
public sealed record ReadCaseFact(string Of, long Version, Instant At, string Body);

/// <summary>How a party or a dunning case is kept.</summary>
public sealed record ReadCase(string Of, long Version, string Status, string Body);

public sealed partial class StoreReading
{
    /// <summary>All facts by account and version.</summary>
    public IAsyncEnumerable<ReadFact> AccountFacts(CancellationToken cancel) => Query(
        "select account, version, recorded_at, actor, body from account_facts order by account, version",
        reader => new ReadFact(reader.GetString(0), reader.GetInt64(1), reader.Moment(2), reader.GetString(3), reader.GetString(4)), cancel, byKey: true);

    /// <summary>All postings by account, version and line.</summary>
    public IAsyncEnumerable<ReadPosting> Postings(CancellationToken cancel) => Query(
        "select account, version, ledger, amount from postings order by account, version, line",
        reader => new ReadPosting(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetDecimal(3)), cancel, byKey: true);

    /// <summary>All that is listed, by account.</summary>
    public IAsyncEnumerable<ReadItem> AccountItems(CancellationToken cancel) => Query(
        "select account, kind, id, status, run, remaining, body from account_items order by account, kind, id",
        reader => new ReadItem(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.Text(4), reader.GetDecimal(5),
            reader.GetString(6)), cancel);

    /// <summary>Heads of accounts by account.</summary>
    public IAsyncEnumerable<ReadHead> AccountHeads(CancellationToken cancel) => Query("select id, version, unapplied from accounts order by id",
        reader => new ReadHead(reader.GetString(0), reader.GetInt64(1), reader.GetDecimal(2)), cancel);

    /// <summary>Facts of parties' states by party and version.</summary>
    public IAsyncEnumerable<ReadCaseFact> PartyFacts(CancellationToken cancel) => Query(
        "select party, version, recorded_at, body from party_facts order by party, version", ReadFact, cancel, byKey: true);

    /// <summary>States of parties by party.</summary>
    public IAsyncEnumerable<ReadCase> PartyStates(CancellationToken cancel) => Query("select party, version, status, body from party_states order by party",
        reader => new ReadCase(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)), cancel);

    /// <summary>Facts of dunning by agreement and version.</summary>
    public IAsyncEnumerable<ReadCaseFact> DunningFacts(CancellationToken cancel) => Query(
        "select agreement, version, recorded_at, body from dunning_facts order by agreement, version", ReadFact, cancel, byKey: true);

    /// <summary>Dunning cases by agreement.</summary>
    public IAsyncEnumerable<ReadCase> DunningCases(CancellationToken cancel) => Query("select agreement, version, '', body from dunning_cases order by agreement",
        reader => new ReadCase(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)), cancel);

    static ReadCaseFact ReadFact(System.Data.Common.DbDataReader reader) =>
        new(reader.GetString(0), reader.GetInt64(1), reader.Moment(2), reader.GetString(3));
}
