// One buyer's part of a close: seals its children, turns what they report into lines of a draft, completes the draft.
using System.Diagnostics;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// Every step can be repeated: a seal answers itself again, a child reports to a draft once, totals are the same. A partner with 100,000
/// subscriptions is closed page by page and never held in memory.
/// </summary>
public sealed class BuyerClosing(IDefinitionStore definitions, IDocumentStore documents, DraftWriter drafts, TermsResolver resolver,
    EndingCredits endings, CrashPoints crash)
{
    /// <summary>One slice, at most <see cref="Limits.SliceMax"/>.</summary>
    public async Task<CloseSliceAnswer> Slice(CloseSliceCommand command, IGrainFactory grains, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var calendar = await resolver.Calendar(command.Calendar, cancel);
        var period = calendar.PeriodOf(command.Period) ?? throw new ArgumentException($"\"{command.Period}\" is no period.", nameof(command));
        var draft = await drafts.Open(command.Agreement, period, cancel);
        if (draft is { Issued: true })
            return new CloseSliceAnswer { State = CloseSliceState.Composed, Cursor = command.Cursor, DocumentKey = draft.Key, Reported = draft.Reported,
                Expected = draft.Reported };
        var cursor = command.Cursor;
        var written = Task.FromResult(DraftSums.None);
        while (true)
        {
            // While the lines of one page are written, the children of the next one seal.
            var next = Page(draft, command, period, cursor, grains, cancel);
            await Task.WhenAll(written, next);
            if (await next is not { } page)
                return await Complete(command, draft, (period, calendar.Previous(period)), calendar, cursor, grains, cancel);
            written = documents.AddChildren(draft.Key, page.Children, cancel);
            cursor = page.Last;
            if (Stopwatch.GetElapsedTime(began) <= Limits.SliceMax)
                continue;
            draft.Reported = (await written).Children;
            return new CloseSliceAnswer { State = CloseSliceState.More, Cursor = cursor, DocumentKey = draft.Key, Reported = draft.Reported,
                Expected = await Expected(command.Agreement, period, cancel) };
        }
    }

    private Task<int> Expected(string agreement, BillingPeriod period, CancellationToken cancel) =>
        definitions.CountLegs(agreement, period.End, period.Start - Limits.IdRetention, cancel);

    // The lines of the next children, and which child is the last of them; null when there are no more.
    private async Task<(List<ChildLines> Children, string Last)?> Page(Draft draft, CloseSliceCommand command, BillingPeriod period, string? after,
        IGrainFactory grains, CancellationToken cancel)
    {
        var legs = await definitions.Legs(command.Agreement, period.End, period.Start - Limits.IdRetention, after, Limits.SealFanOut, cancel);
        if (legs.Count == 0)
            return null;
        var seal = new SealCommand { Calendar = command.Calendar, Period = command.Period, CatalogueRevision = command.CatalogueRevision };
        var answers = await Task.WhenAll(legs.Select(leg => grains.GetGrain<ISubscriptionGrain>(leg.Subscription).Seal(seal, cancel)));
        crash.Reach(CrashPoints.CloseSealed);
        var children = new List<ChildLines>(legs.Count);
        for (var index = 0; index < legs.Count; index++)
        {
            if (!answers[index].Exists)
                throw new InvalidOperationException($"Subscription {legs[index].Subscription} has a leg on {command.Agreement} but no definition.");
            var sealed_ = SealFrame.Find(answers[index].Frame.Span, command.Calendar, command.Period)!;
            var lines = sealed_.Lines.Where(line => line.Agreement == command.Agreement).ToList();
            children.Add(await drafts.Child(draft, legs[index].Subscription, answers[index], lines, cancel));
        }

        return (children, legs[^1].Subscription);
    }

    // A child that was added while the close went on is not behind the cursor: then everything is looked through again.
    private async Task<CloseSliceAnswer> Complete(CloseSliceCommand command, Draft draft, (BillingPeriod This, BillingPeriod Before) period,
        BillingCalendar calendar, string? cursor, IGrainFactory grains, CancellationToken cancel)
    {
        var expected = await Expected(command.Agreement, period.This, cancel);
        var carried = await WaitingLines.Carry(documents, draft, period.Before, cancel);
        var sums = await documents.AddChildren(draft.Key, [], cancel);
        draft.Reported = sums.Children - sums.Beside - carried;
        if (draft.Reported < expected)
        {
            return cursor is null
                ? Failed(draft, expected, $"{expected - draft.Reported} of {expected} subscriptions have not reported")
                : new CloseSliceAnswer { State = CloseSliceState.More, Cursor = null, DocumentKey = draft.Key, Reported = draft.Reported, Expected = expected };
        }

        if (command.HasCharges && await Charges(command, draft, period.This, sums, grains, cancel) is { } charges)
            sums = await documents.AddChildren(draft.Key, [charges], cancel);
        sums = await WaitingLines.SetAside(documents, drafts, draft, sums, cancel);
        var state = await drafts.Finish(draft, sums, cancel);
        await endings.Credit(draft, period.This, calendar, grains, cancel);
        return new CloseSliceAnswer { State = state, Cursor = cursor, DocumentKey = draft.Key, Reported = draft.Reported, Expected = expected };
    }

    // Last of all children: how much of a discount fits is known when everything else is on the draft.
    private async Task<ChildLines?> Charges(CloseSliceCommand command, Draft draft, BillingPeriod period, DraftSums sums, IGrainFactory grains,
        CancellationToken cancel)
    {
        var answer = await grains.GetGrain<IAccountGrain>(draft.Account.Id).SealCharges(new SealChargesCommand
        {
            Calendar = command.Calendar, Period = command.Period, EndMicros = Micros.Of(period.End), Agreement = command.Agreement,
            OtherNet = sums.Taxes.Sum(tax => tax.Amount), Rounding = draft.Agreement.Rounding,
        }, cancel);
        var charges = Billing.Json.Definitions.Stored<SealedCharge[]>(answer.Charges);
        return charges.Length == 0 ? null : DraftWriter.Charges(draft, charges);
    }

    private static CloseSliceAnswer Failed(Draft draft, int expected, string reason) =>
        new() { State = CloseSliceState.Failed, Reason = reason, DocumentKey = draft.Key, Reported = draft.Reported, Expected = expected };
}
