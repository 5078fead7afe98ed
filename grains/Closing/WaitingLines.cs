// Lines of a document that came out below zero: they wait, and stand on the next document of their agreement (domain 0.3, rule 12).
using OrleansBilling.Billing;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// A draft whose totals are below zero is never issued; the next close copies its lines, each child under a name of its own, so that copying again
/// changes nothing. An agreement has one tax category, so below zero is the whole document.
/// </summary>
internal static class WaitingLines
{
    /// <summary>Copies what waits since the period before; answers how many children of the draft were copied.</summary>
    public static async Task<int> Carry(IDocumentStore documents, Draft draft, BillingPeriod before, CancellationToken cancel)
    {
        var key = Identifiers.Document(draft.Header.Agreement, before.Label, draft.Header.Kind);
        if (await documents.GetByKey(key, cancel) is not { Number: null, Net: < 0 })
            return 0;
        var (copied, page) = (0, new List<ChildLines>());
        await foreach (var (child, lines) in ByChild(documents.Lines(key, cancel)))
        {
            var name = Identifiers.CarriedChild(child, before.Label);
            page.Add(new ChildLines(name, [.. lines.Select(line => line with { Child = name })], lines.Sum(DraftWriter.PrepaidOf),
                DraftWriter.RevenueOf(lines)));
            copied++;
            if (page.Count < Limits.SealFanOut)
                continue;
            await documents.AddChildren(draft.Key, page, cancel);
            page = [];
        }

        await documents.AddChildren(draft.Key, page, cancel);
        return copied;
    }

    // Lines come child by child.
    private static async IAsyncEnumerable<(string Child, List<DocumentLine> Lines)> ByChild(IAsyncEnumerable<DocumentLine> lines)
    {
        var one = new List<DocumentLine>();
        await foreach (var line in lines)
        {
            if (one.Count > 0 && one[0].Child != line.Child)
            {
                yield return (one[0].Child, one);
                one = [];
            }

            one.Add(line);
        }

        if (one.Count > 0)
            yield return (one[0].Child, one);
    }
}
