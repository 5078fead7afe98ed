// What the close of one agreement would write now: the same seals, lines and order, and nothing is journaled or stored.
using System.Diagnostics;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>Pages of lines, as <see cref="BuyerClosing"/> would write them.</summary>
public sealed class BuyerPreview(IDefinitionStore definitions, IClosingStore closing, IDocumentStore documents, DraftWriter drafts, TermsResolver resolver)
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <summary>One page, at most <see cref="Limits.SliceMax"/>.</summary>
    public async Task<PreviewPage> Page(PreviewCommand command, IGrainFactory grains, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var agreement = await definitions.Get(DefinitionKinds.Agreement, command.Agreement, cancel)
            ?? throw new ArgumentException($"There is no agreement \"{command.Agreement}\".", nameof(command));
        var calendarId = Billing.Json.Definitions.Stored<Agreement>(agreement.Body).Calendar;
        var calendar = await resolver.Calendar(calendarId, cancel);
        var period = calendar.PeriodOf(command.Period) ?? throw new ArgumentException($"\"{command.Period}\" is no period.", nameof(command));
        if (await closing.Get(Identifiers.Run(calendarId, period.Label), cancel) is { State: CloseRunState.Completed })
            return new PreviewPage { Lines = [], Closed = true };
        var draft = await drafts.Unsaved(command.Agreement, period, cancel);
        var seal = new SealCommand
        {
            Calendar = calendarId, Period = period.Label, Preview = true, EarlierOpen = await IsEarlierOpen(calendarId, calendar, period, cancel),
            CatalogueRevision = await definitions.CatalogueRevision(cancel),
        };
        var (lines, cursor, asOf) = (new List<PreviewLine>(), command.Cursor, (long?)null);
        while (true)
        {
            var legs = await definitions.Legs(command.Agreement, period.End, period.Start - Limits.IdRetention, cursor, Limits.SealFanOut, cancel);
            if (legs.Count == 0)
            {
                await foreach (var line in WaitingLines.Waiting(documents, draft.Header, calendar.Previous(period), cancel))
                    lines.Add(Message(line));
                lines.AddRange(await Charges(draft, period, command.Net + lines.Sum(line => line.Amount), grains, cancel));
                return new PreviewPage { Lines = [.. lines], AsOfMicros = asOf };
            }

            var children = legs.Select(leg => leg.Subscription).Distinct().ToList();
            var answers = await Task.WhenAll(children.Select(child => grains.GetGrain<ISubscriptionGrain>(child).Seal(seal, cancel)));
            if (answers.FirstOrDefault(answer => answer.Archived is not null) is { } gone)
                return new PreviewPage { Lines = [], Archived = gone.Archived };
            for (var index = 0; index < children.Count; index++)
                lines.AddRange(await Lines(draft, children[index], answers[index], seal, cancel));
            var oldest = answers.Min(answer => answer.AsOfMicros);
            asOf = asOf is { } earlier ? Math.Min(earlier, oldest) : oldest;
            cursor = legs[^1].Subscription;
            if (Stopwatch.GetElapsedTime(began) > Limits.SliceMax)
                return new PreviewPage { Lines = [.. lines], Cursor = cursor, AsOfMicros = asOf };
        }
    }

    private async Task<IEnumerable<PreviewLine>> Lines(Draft draft, string subscription, SealAnswer answer, SealCommand seal, CancellationToken cancel)
    {
        if (!answer.Exists)
            throw new InvalidOperationException($"Subscription {subscription} has a leg on {draft.Header.Agreement} but no definition.");
        var lines = SealFrame.Find(answer.Frame.Span, seal.Calendar, seal.Period)!.Lines.Where(line => line.Agreement == draft.Header.Agreement).ToList();
        return (await drafts.Child(draft, subscription, answer, lines, cancel)).Lines.Select(Message);
    }

    private static async Task<IEnumerable<PreviewLine>> Charges(Draft draft, BillingPeriod period, decimal otherNet, IGrainFactory grains,
        CancellationToken cancel)
    {
        var answer = await grains.GetGrain<IAccountGrain>(draft.Account.Id).SealCharges(new SealChargesCommand
        {
            Calendar = draft.Header.Calendar, Period = period.Label, EndMicros = Micros.Of(period.End), Agreement = draft.Header.Agreement,
            OtherNet = otherNet, Rounding = draft.Agreement.Rounding, Preview = true,
        }, cancel);
        return DraftWriter.Charges(draft, Billing.Json.Definitions.Stored<SealedCharge[]>(answer.Charges)).Lines.Select(Message);
    }

    // Periods are closed in order: what belongs to one that is still open is not on this document. The first period of a calendar takes what was before it.
    private async Task<bool> IsEarlierOpen(string calendarId, BillingCalendar calendar, BillingPeriod period, CancellationToken cancel)
    {
        var before = calendar.Previous(period);
        if (await closing.Get(Identifiers.Run(calendarId, before.Label), cancel) is { } run)
            return run.State != CloseRunState.Completed;
        if (await closing.Newest(calendarId, cancel) is { } newest)
            return newest.PeriodEnd <= before.Start;
        var history = await definitions.History(DefinitionKinds.Calendar, calendarId, cancel);
        return calendar.PeriodAt(history[0].RecordedAt).Start < period.Start;
    }

    private static PreviewLine Message(DocumentLine line) => new()
    {
        Subscription = line.Child,
        Number = line.LineNumber,
        Customer = line.Customer,
        Description = line.Description,
        Quantity = line.Quantity,
        UnitPrice = line.UnitPrice,
        Amount = line.Amount,
        Prepaid = DraftWriter.PrepaidOf(line),
        TaxCategory = line.TaxCategory,
        TaxRate = line.TaxRate,
        FromDay = Period.DaysBetween(Epoch, line.PeriodFrom),
        ToDay = Period.DaysBetween(Epoch, line.PeriodTo),
        Body = line.Body,
    };
}
