// The whole judgement over one run: the journal's rows and the clients' log. Shares no code with the product.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

public sealed class Auditor
{
    private readonly Findings findings = new();
    private readonly Dictionary<string, SubscriptionBook> subscriptions = [];
    private readonly Dictionary<string, WalletBook> wallets = [];

    private Auditor()
    {
    }

    /// <summary>What a run left, judged.</summary>
    public static Findings Check(IReadOnlyList<StoredRow> rows, ClientLog log, TreeFacts tree)
    {
        var auditor = new Auditor();
        foreach (var (id, legs) in tree.Legs)
            auditor.subscriptions[id] = new SubscriptionBook(id, legs, auditor.findings);
        foreach (var (id, parent) in tree.Parents)
            auditor.wallets[id] = new WalletBook(id, parent, auditor.findings);
        foreach (var stream in rows.GroupBy(row => row.Stream))
            auditor.Walk(stream.Key, [.. stream.OrderBy(row => row.Version)], tree);
        foreach (var book in auditor.subscriptions.Values)
            book.Close();
        new TreeAudit(auditor.subscriptions, auditor.wallets, auditor.findings).Check(atRest: log.Entries.Exists(entry => entry is AtRest));
        new UsageAudit(log, auditor.subscriptions, auditor.findings).Check();
        new GrantAudit(log, auditor.subscriptions, auditor.findings).Check();
        new HoldAudit(log, auditor.subscriptions, auditor.findings).Check();
        new MoneyAudit(log, auditor.wallets, auditor.findings).Check();
        new CorrectionAudit(log, auditor.subscriptions, auditor.findings).Check();
        new PriceAudit(log, auditor.subscriptions, auditor.findings).Check();
        new BackfillAudit(log, auditor.subscriptions, auditor.findings).Check();
        new ReadingAudit(log, auditor.subscriptions, auditor.wallets, auditor.findings).Check();
        foreach (var surprise in log.Entries.OfType<Surprise>())
            auditor.findings.Add(Kind.Surprise, surprise.What);
        return auditor.findings;
    }

    private void Walk(long stream, List<StoredRow> rows, TreeFacts tree)
    {
        if (!tree.Streams.TryGetValue(stream, out var name))
        {
            findings.Add(Kind.Bytes, $"Stream {stream} is nobody's.");
            return;
        }

        var id = name[(name.IndexOf('/') + 1)..];
        for (var index = 0; index < rows.Count; index++)
        {
            var (row, at) = (rows[index], $"{name} {rows[index].Version}");
            findings.Require(row.Version == index + 1, Kind.Bytes, () => $"{at} stands where version {index + 1} belongs.");
            if (!row.IsIntact)
            {
                findings.Add(Kind.Bytes, $"{at} does not have its checksum.");
                continue;
            }

            foreach (var fact in row.Frames().SelectMany(frame => frame.Facts))
            {
                if (wallets.TryGetValue(id, out var wallet))
                    wallet.Apply(fact, at);
                else
                    subscriptions[id].Apply(fact, at);
            }
        }
    }
}
