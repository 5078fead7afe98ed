// Facts of accounts and their postings, in the order of accounts.
using NodaTime;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Proving;

/// <summary>A fact as it stands.</summary>
public sealed record ReadFact(string Account, long Version, Instant RecordedAt, string Actor, string Body);

/// <summary>A posting as it stands.</summary>
public sealed record ReadPosting(string Account, long Version, string Ledger, decimal Amount);

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
}
