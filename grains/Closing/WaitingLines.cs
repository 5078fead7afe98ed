// Lines of a document that came out below zero: they wait, and stand on the next document of their agreement (domain 0.3, rule 12).
using OrleansBilling.Billing.Documents;
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// A draft whose totals are below zero is never issued; the next close copies its lines, each child under a name of its own, so that copying again
/// changes nothing. Where only some tax categories are below zero, their lines are set aside in a draft of their own, which waits in the same way. At
/// the end of an agreement both go back by credit notes instead (<see cref="EndingCredits"/>).
/// </summary>
internal static class WaitingLines
{
    /// <summary>Copies what waits since the period before; answers how many children of the draft were copied.</summary>
    public static async Task<int> Carry(IDocumentStore documents, Draft draft, BillingPeriod before, CancellationToken cancel)
    {
        var key = Identifiers.Document(draft.Header.Agreement, before.Label, draft.Header.Kind);
        // One or the other waits: where lines were set aside, the rest was issued.
        return await Carry(documents, key, draft, before, cancel) + await Carry(documents, Identifiers.SetAside(key), draft, before, cancel)
            + await CarryDiscarded(documents, draft, cancel);
    }

    /// <summary>The lines that <see cref="Carry(IDocumentStore, Draft, BillingPeriod, CancellationToken)"/> would copy now.</summary>
    public static async IAsyncEnumerable<DocumentLine> Waiting(IDocumentStore documents, DocumentHeader draft, BillingPeriod before,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var key = Identifiers.Document(draft.Agreement, before.Label, draft.Kind);
        var waiting = new List<DocumentHeader>();
        foreach (var one in (string[])[key, Identifiers.SetAside(key)])
            if (await documents.GetByKey(one, cancel) is { } header && IsBelowZero(header)) waiting.Add(header);
        waiting.AddRange(await documents.Reviewed(draft.Agreement, EstimateStates.Discarded, EstimateStates.CarriedInto(draft.Period), cancel));
        foreach (var header in waiting.Where(header => header.Key != draft.Key))
        {
            await foreach (var line in documents.Lines(header.Key, cancel))
                yield return line with { Child = Identifiers.CarriedChild(line.Child, header.Period) };
        }
    }

    // Taken by this very draft first, so that reopening is refused before a line is copied; repeated after a crash it ends the same.
    private static async Task<int> CarryDiscarded(IDocumentStore documents, Draft draft, CancellationToken cancel)
    {
        var (into, copied) = (EstimateStates.CarriedInto(draft.Header.Period), 0);
        foreach (var one in await documents.Reviewed(draft.Header.Agreement, EstimateStates.Discarded, into, cancel))
        {
            if (one.Key != draft.Key && (one.Status == into || await documents.Review(one.Key, EstimateStates.Discarded, into, cancel)))
                copied += await Copy(documents, one.Key, draft, one.Period, cancel);
        }

        return copied;
    }

    /// <summary>Whether its lines wait for the next document.</summary>
    public static bool IsBelowZero(DocumentHeader header) => header is { Number: null, Net: < 0, Status: not EstimateStates.Credited };

    /// <summary>Moves the lines of categories that are below zero to the draft that waits; what is left.</summary>
    public static async Task<DraftSums> SetAside(IDocumentStore documents, DraftWriter drafts, Draft draft, DraftSums sums, CancellationToken cancel)
    {
        var below = Totals.Aside(sums.Taxes.Select(sum => (sum.Category, sum.Rate, sum.Amount)));
        if (below.Count == 0)
            return sums;
        var aside = await drafts.Aside(draft, cancel);
        var moved = new List<ChildLines>();
        await foreach (var (child, lines) in ByChild(documents.Lines(draft.Key, cancel)))
        {
            var taken = lines.Where(line => below.Contains((line.TaxCategory, line.TaxRate))).ToList();
            if (taken.Count > 0)
                moved.Add(new ChildLines(child, taken, taken.Sum(DraftWriter.PrepaidOf), DraftWriter.RevenueOf(taken)));
        }

        // Written there before they are gone here: repeated after a crash it ends the same.
        await drafts.Finish(aside, await documents.AddChildren(aside.Key, moved, cancel), cancel);
        var left = sums.Without(moved);
        await documents.RemoveLines(draft.Key, below, left, cancel);
        return left;
    }

    private static async Task<int> Carry(IDocumentStore documents, string key, Draft draft, BillingPeriod before, CancellationToken cancel) =>
        await documents.GetByKey(key, cancel) is { } header && IsBelowZero(header) ? await Copy(documents, key, draft, before.Label, cancel) : 0;

    private static async Task<int> Copy(IDocumentStore documents, string key, Draft draft, string period, CancellationToken cancel)
    {
        var (copied, page) = (0, new List<ChildLines>());
        await foreach (var (child, lines) in ByChild(documents.Lines(key, cancel)))
        {
            var name = Identifiers.CarriedChild(child, period);
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
