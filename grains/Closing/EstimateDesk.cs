// What may be done with an estimate: publish it, discard it, open it again.
using OrleansBilling.Billing.Documents;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>Each step looks at what stands there and can be repeated. The calendar's coordinator takes one at a time, beside its closes.</summary>
public sealed class EstimateDesk(IDocumentStore documents, TermsResolver resolver, DocumentIssuer issuer, BillingClock clock)
{
    /// <summary>Does it, or says why not.</summary>
    public async Task<EstimateAnswer> Do(string calendar, EstimateCommand command, CancellationToken cancel)
    {
        var key = Identifiers.Document(command.Agreement, command.Period, "invoice");
        if (await documents.GetByKey(key, cancel) is not { } header || header.Calendar != calendar
            || (header.Number is null && !EstimateStates.IsReviewed(header.Status)))
            return Refused("not_found", $"There is no estimate {command.Agreement}:{command.Period}.");
        if (header.Number is not null)
            return command.Verb == EstimateVerb.Publish ? Done
                : Refused("already_published", $"The estimate was published as {header.Number}: a credit note takes it back.");
        return command.Verb switch
        {
            EstimateVerb.Publish => await Publish(header, cancel),
            EstimateVerb.Discard => await Change(header, EstimateStates.InProgress, EstimateStates.Discarded, cancel),
            _ => await Change(header, EstimateStates.Discarded, EstimateStates.InProgress, cancel),
        };
    }

    // From "publishing" there is no way back, so that nobody discards what gets its number at the same time.
    private async Task<EstimateAnswer> Publish(DocumentHeader header, CancellationToken cancel)
    {
        if (header.Status != EstimateStates.Publishing && !await documents.Review(header.Key, EstimateStates.InProgress, EstimateStates.Publishing, cancel))
            return Refused("estimate_discarded", "The estimate was discarded: reopen it first.");
        var calendar = await resolver.Calendar(header.Calendar, cancel);
        var period = calendar.PeriodOf(header.Period)!;
        var run = new CloseRun(Identifiers.Run(header.Calendar, period.Label), header.Calendar, period.Label, period.Start, period.End, CloseRunState.Running,
            clock.Now, null);
        await issuer.Issue(run, [new CloseItem(run.Id, header.Agreement, header.Buyer, CloseItemState.Composed, 0, 0, null, header.Key, null, 0)], cancel,
            kept: false);
        return Done;
    }

    private async Task<EstimateAnswer> Change(DocumentHeader header, string from, string to, CancellationToken cancel)
    {
        if (header.Status == to || await documents.Review(header.Key, from, to, cancel))
            return Done;
        return EstimateStates.Word(header.Status) == "carried"
            ? Refused("estimate_carried", "The lines of the estimate stand on a later one.")
            : Refused("being_published", "The estimate is being published.");
    }

    private static EstimateAnswer Done { get; } = new();

    private static EstimateAnswer Refused(string code, string detail) => new() { Refusal = code, Detail = detail };
}
