// The whole judgement over one run: the client's log, the database and, when it was asked, live usage.
using System.Data.Common;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>Shares no code with the product: formats, prices, rounding and proofs are written again here.</summary>
public static class Checker
{
    public static async Task<Findings> Check(string log, DbConnection connection, IReadOnlyList<LiveUsage>? live, CancellationToken cancel)
    {
        var findings = new Findings();
        var client = ClientFacts.Read(log);
        var database = await DatabaseFacts.Read(connection, cancel);
        var journal = EventChecker.Check(client, database, findings);
        if (live is not null) UsageChecker.Check(live, journal, findings);
        InvoiceChecker.Check(client, database, findings);
        return findings;
    }
}
