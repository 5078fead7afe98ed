// Moves one run forward by one slice: pending agreements to their buyers, complete drafts to the issuer, the run to its end.
using OrleansBilling.Storage.Documents;
using OrleansBilling.Billing.Documents;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Closing;

/// <summary>Bounded fan-out; an agreement that fails three times is parked with its reason and stops nobody else.</summary>
public sealed partial class CloseRunner(IClosingStore closing, IAccountStore accounts, IDocumentStore documents, DocumentIssuer issuer,
    Catalogue catalogue, BillingClock clock, CrashPoints crash, ILogger<CloseRunner> log)
{
    /// <summary>One slice.</summary>
    public async Task Continue(CloseRun run, IGrainFactory grains, CancellationToken cancel)
    {
        var revision = await catalogue.Newest(cancel);
        var pending = await closing.Items(run.Id, CloseItemState.Pending, null, Limits.ClosePageMax, cancel);
        var charged = await accounts.AgreementsToSeal([.. pending.Select(item => item.Agreement)], run.Id, run.PeriodEnd, cancel);
        var (began, next) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(Enumerable.Range(0, Limits.CloseFanOut).Select(_ => Slices()));
        var composed = await closing.Items(run.Id, CloseItemState.Composed, null, Limits.IssueBatchMax, cancel);
        // Numbers are given many in one transaction, but nobody waits for his invoice until thousands of others are ready.
        if (composed.Count >= Limits.IssueBatchGoal || next == pending.Count)
            await issuer.Issue(run, composed, cancel);
        var progress = await closing.Progress(run.Id, cancel);
        if (progress.Pending == 0 && progress.Composed == 0)
            await closing.SetState(run.Id, progress.Failed == 0 ? CloseRunState.Completed : CloseRunState.Failed, clock.Now, cancel);

        // Whoever is done takes the next one; the turns of the coordinator are one at a time, and so is taking.
        async Task Slices()
        {
            while (next < pending.Count && Stopwatch.GetElapsedTime(began) < Limits.SliceMax)
                await Slice(run, pending[next++], revision, charged, grains, cancel);
        }
    }

    /// <summary>One slice of one agreement outside of any run; the last one gives the draft its number.</summary>
    public async Task<CloseStatementAnswer> CloseStatement(string calendar, BillingPeriod period, CloseStatementCommand command, IGrainFactory grains,
        CancellationToken cancel)
    {
        var revision = await catalogue.Newest(cancel);
        var agreement = await catalogue.Find<Agreement>(DefinitionKinds.Agreement, command.Agreement, cancel)
            ?? throw new ArgumentException($"There is no agreement \"{command.Agreement}\".", nameof(command));
        var charged = await accounts.AgreementsToSeal([command.Agreement], Identifiers.Run(calendar, period.Label), period.End, cancel);
        var answer = await (await Buyer(agreement.Buyer, grains, cancel)).CloseSlice(new CloseSliceCommand
        {
            HasCharges = charged.Contains(command.Agreement),
            Calendar = calendar, Period = period.Label, Agreement = command.Agreement, Cursor = command.Cursor, CatalogueRevision = revision,
        }, cancel);
        if (answer.State == CloseSliceState.Failed)
            return new CloseStatementAnswer { Refusal = "not_complete", Detail = answer.Reason };
        if (answer.State == CloseSliceState.More)
            return new CloseStatementAnswer { Cursor = answer.Cursor };
        if (answer.State == CloseSliceState.Composed)
        {
            // A run of its own that is kept nowhere.
            var run = new CloseRun(Identifiers.Run(calendar, period.Label), calendar, period.Label, period.Start, period.End, CloseRunState.Running,
                clock.Now, null);
            await issuer.Issue(run, [new CloseItem(run.Id, command.Agreement, agreement.Buyer, CloseItemState.Composed, answer.Expected, answer.Reported,
                null, answer.DocumentKey, null, 0)], cancel, kept: false);
        }

        return new CloseStatementAnswer { IsDone = true };
    }

    private async Task Slice(CloseRun run, CloseItem item, long revision, IReadOnlySet<string> charged, IGrainFactory grains, CancellationToken cancel)
    {
        try
        {
            var answer = await (await Buyer(item.Buyer, grains, cancel)).CloseSlice(
                new CloseSliceCommand
                {
                    Calendar = run.Calendar, Period = run.Period, Agreement = item.Agreement, Cursor = item.Cursor, CatalogueRevision = revision,
                    HasCharges = charged.Contains(item.Agreement),
                }, cancel);
            if (answer.State == CloseSliceState.Composed)
                crash.Reach(CrashPoints.CloseDrafted);
            var reviewed = answer.State == CloseSliceState.Composed && await Reviewed(item.Agreement, answer.DocumentKey!, cancel);
            await closing.Update(item with
            {
                State = answer.State switch
                {
                    CloseSliceState.More => CloseItemState.Pending,
                    CloseSliceState.Composed => reviewed ? CloseItemState.Done : CloseItemState.Composed,
                    CloseSliceState.Empty => CloseItemState.Done,
                    _ => CloseItemState.Failed,
                },
                Cursor = answer.Cursor,
                Reported = answer.Reported,
                Expected = answer.Expected,
                DocumentKey = answer.DocumentKey,
                Reason = answer.Reason,
            }, cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Failed(log, fault, run.Id, item.Agreement, item.Attempts + 1);
            var state = item.Attempts + 1 >= Limits.CloseAttemptsMax ? CloseItemState.Failed : CloseItemState.Pending;
            await closing.Update(item with { State = state, Attempts = item.Attempts + 1, Reason = fault.Message }, cancel);
        }
    }

    // An estimate is issued by whoever publishes it: the run is done with it.
    private async Task<bool> Reviewed(string agreement, string draft, CancellationToken cancel)
    {
        if (await catalogue.Find<Agreement>(DefinitionKinds.Agreement, agreement, cancel) is not { Estimates: true })
            return false;
        await documents.Review(draft, EstimateStates.Draft, EstimateStates.InProgress, cancel);
        return true;
    }

    private async Task<IBuyerGrain> Buyer(string id, IGrainFactory grains, CancellationToken cancel) =>
        await catalogue.Find<object>(DefinitionKinds.Partner, id, cancel) is not null
            ? grains.GetGrain<IPartnerGrain>(id)
            : grains.GetGrain<ICustomerGrain>(id);

    [LoggerMessage(1101, LogLevel.Warning, "Run {Run}: agreement {Agreement} failed, attempt {Attempt}")]
    private static partial void Failed(ILogger log, Exception fault, string run, string agreement, int attempt);
}
