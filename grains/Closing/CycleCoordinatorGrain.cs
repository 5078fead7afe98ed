// The coordinator of one calendar: begins closes when they are due, fans out to buyers, has complete drafts numbered, goes on after a crash.
using OrleansBilling.Storage.Documents;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// Holds no state: runs, items and due work stand in the store, so any step can be repeated and a new activation goes on where the old one
/// stopped. Periods are closed in order.
/// </summary>
[GrainType("cycle-coordinator")]
public sealed class CycleCoordinatorGrain(IClosingStore closing, IDefinitionStore definitions, IAccountStore accounts, IDocumentStore documents,
    TermsResolver resolver, CloseRunner runner, EstimateDesk estimates, BillingClock clock) : Grain, ICycleCoordinatorGrain
{
    private const string CloseKind = "close";

    private string Id => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public async Task Schedule(CancellationToken cancel)
    {
        var calendar = await resolver.Calendar(Id, cancel);
        await Schedule(calendar.SealableAt(await Next(calendar, cancel)), cancel);
    }

    /// <inheritdoc/>
    public async Task<CloseAnswer> Close(string period, CancellationToken cancel)
    {
        var calendar = await resolver.Calendar(Id, cancel);
        if (calendar.PeriodOf(period) is not { } wanted)
            return Refused("invalid_period", $"\"{period}\" is no period of calendar {Id}: say {calendar.PeriodAt(clock.Now).Label}.");
        if (await closing.Get(Identifiers.Run(Id, period), cancel) is { } stored)
            return new CloseAnswer { Run = stored.Id };
        if (clock.Now < wanted.End)
            return Refused("period_not_finished", $"Period {period} of calendar {Id} ends at {wanted.End}.");
        var next = await Next(calendar, cancel);
        if (wanted.Start != next.Start)
            return Refused("period_out_of_order", $"Periods are closed in order: {next.Label} is next on calendar {Id}.");
        var run = await Begin(wanted, cancel);
        await Schedule(clock.Now, cancel);
        return new CloseAnswer { Run = run.Id };
    }

    /// <inheritdoc/>
    public async Task<CloseAnswer> Work(CancellationToken cancel)
    {
        var calendar = await resolver.Calendar(Id, cancel);
        var runs = await closing.List(Id, null, 50, cancel);
        if (runs.LastOrDefault(run => run.State == CloseRunState.Running) is { } running)
        {
            await runner.Continue(running, GrainFactory, cancel);
            return new CloseAnswer { Run = running.Id };
        }

        var next = await Next(calendar, cancel);
        if (clock.Now < calendar.SealableAt(next))
        {
            await Schedule(calendar.SealableAt(next), cancel);
            return new CloseAnswer { Run = "", AtRest = true };
        }

        return new CloseAnswer { Run = (await Begin(next, cancel)).Id };
    }

    /// <inheritdoc/>
    public async Task<CloseAnswer> Retry(string run, CancellationToken cancel)
    {
        if (await closing.Get(run, cancel) is not { } stored || stored.Calendar != Id)
            return Refused("not_found", $"There is no run \"{run}\".");
        if (await closing.RetryFailed(run, cancel) > 0)
        {
            await closing.SetState(run, CloseRunState.Running, null, cancel);
            await Schedule(clock.Now, cancel);
        }

        return new CloseAnswer { Run = run };
    }

    /// <inheritdoc/>
    public async Task<CloseStatementAnswer> CloseStatement(CloseStatementCommand command, CancellationToken cancel)
    {
        var calendar = await resolver.Calendar(Id, cancel);
        if (calendar.PeriodOf(command.Period) is not { } wanted)
            return new CloseStatementAnswer { Refusal = "invalid_period", Detail = $"\"{command.Period}\" is no period of calendar {Id}: say 2025-05." };
        if (clock.Now < wanted.End)
            return new CloseStatementAnswer { Refusal = "period_not_finished", Detail = $"Period {command.Period} of calendar {Id} ends at {wanted.End}." };
        // Of a period that is closed there is nothing more to close.
        if (await closing.Get(Identifiers.Run(Id, command.Period), cancel) is { State: CloseRunState.Completed })
            return new CloseStatementAnswer { IsDone = true };
        var next = await Next(calendar, cancel);
        if (wanted.Start > next.Start)
            return new CloseStatementAnswer { Refusal = "period_out_of_order",
                Detail = $"Periods are closed in order: {next.Label} is next on calendar {Id}." };
        return await runner.CloseStatement(Id, wanted, command, GrainFactory, cancel);
    }

    /// <inheritdoc/>
    public Task<EstimateAnswer> Estimate(EstimateCommand command, CancellationToken cancel) => estimates.Do(Id, command, cancel);

    private async Task<CloseRun> Begin(BillingPeriod period, CancellationToken cancel)
    {
        var run = new CloseRun(Identifiers.Run(Id, period.Label), Id, period.Label, period.Start, period.End, CloseRunState.Running, clock.Now, null);
        var items = new List<CloseItem>();
        var legs = await definitions.CountLegsOf(Id, period.End, period.Start - Limits.IdRetention, cancel);
        var agreements = await definitions.AgreementsOf(Id, cancel);
        var charged = await Charged(agreements, run, cancel);
        foreach (var stored in agreements)
        {
            var agreement = Billing.Json.Definitions.Stored<Agreement>(stored.Body);
            var expected = legs.GetValueOrDefault(stored.Id);
            if (expected > 0 || charged.Contains(stored.Id))
                items.Add(new CloseItem(run.Id, stored.Id, agreement.Buyer, CloseItemState.Pending, expected, 0, null, null, null, 0));
        }

        return await closing.Start(run, items, cancel);
    }

    // Agreements with charges to bill or estimates that were discarded, with or without subscriptions.
    private async Task<IReadOnlySet<string>> Charged(IReadOnlyList<Definition> agreements, CloseRun run, CancellationToken cancel)
    {
        var charged = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in agreements.Select(agreement => agreement.Id).Chunk(Limits.StorePageMax))
            charged.UnionWith(await accounts.AgreementsToSeal(some, run.Id, run.PeriodEnd, cancel));
        for (string? after = null; ;)
        {
            var discarded = await documents.Estimates(new EstimateFilter(Status: EstimateStates.Discarded, Calendar: Id), after, Limits.StorePageMax, cancel);
            charged.UnionWith(discarded.Select(estimate => estimate.Agreement));
            if (discarded.Count < Limits.StorePageMax)
                return charged;
            after = discarded[^1].Key;
        }
    }

    // The first period is the one in which the calendar was created: what came before it is billed with it.
    private async Task<BillingPeriod> Next(BillingCalendar calendar, CancellationToken cancel)
    {
        if (await closing.Newest(Id, cancel) is { } newest)
            return calendar.PeriodAt(newest.PeriodEnd);
        var history = await definitions.History(DefinitionKinds.Calendar, Id, cancel);
        return calendar.PeriodAt(history[0].RecordedAt);
    }

    private Task Schedule(NodaTime.Instant at, CancellationToken cancel) =>
        closing.SetDue(new DueWork(at, Identifiers.Coordinator(Id), CloseKind), cancel);

    private static CloseAnswer Refused(string code, string detail) => new() { Run = "", Refusal = code, Detail = detail, AtRest = true };
}
