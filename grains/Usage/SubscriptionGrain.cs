// A subscription: reads the clock, decides with billing/, appends, answers when durable.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Live;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>Owns one stream. What it has loaded stands in <see cref="SubscriptionActivation"/>; each kind of call has a file of its own.</summary>
[GrainType("subscription")]
public sealed class SubscriptionGrain(SubscriptionServices services)
    : Grain, ISubscriptionGrain, IUsageSource, ISubscriptionCorrections, ISubscriptionPriceCorrections,
    ISubscriptionAllowances, ISubscriptionBackfills, ISubscriptionDuties, ISubscriptionEnquiries
{
    private SubscriptionActivation self = null!;
    private IGrainTimer? telling;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        self = new SubscriptionActivation(this.GetPrimaryKeyString(), services, DeactivateOnIdle) { TellLater = TellLater };
        await self.Load(cancellationToken);
        if (self.Untold.MayBe) TellLater();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        self?.Session?.Leave();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<UsageAnswer> Record(UsageBatch batch, CancellationToken cancel) => Recording.Record(self, batch, cancel);

    /// <inheritdoc/>
    public Task<HoldAnswer> Hold(HoldCommand command, CancellationToken cancel) => HoldDesk.Do(self, command, cancel);

    /// <inheritdoc/>
    public Task<CorrectionAnswer> Correct(CorrectionCommand command, CancellationToken cancel) =>
        AfterUse.Of(self, CorrectionDesk.Do(self, command, cancel));

    /// <inheritdoc/>
    public Task<RepriceAnswer> Reprice(RepriceCommand command, CancellationToken cancel) => AfterUse.Of(self, PriceDesk.Do(self, command, cancel));

    /// <inheritdoc/>
    public Task<BackfillReport> Revert(RevertCommand command, CancellationToken cancel) => AfterUse.Of(self, BackfillDesk.Revert(self, command, cancel));

    /// <inheritdoc/>
    public Task<BackfillReport> Backfill(string id, CancellationToken cancel) => BackfillDesk.Report(self, id, cancel);

    /// <inheritdoc/>
    public Task<GrantAnswer> Grant(GrantCommand command, CancellationToken cancel) => AfterUse.Of(self, GrantDesk.Do(self, command, cancel));

    /// <inheritdoc/>
    public Task<GrantReport> Grants(CancellationToken cancel) => Reading.Grants(self, cancel);

    /// <inheritdoc/>
    public Task<EnquiryAnswer?> Enquire(EnquiryCommand command, CancellationToken cancel) => Reading.Enquire(self, command, cancel);

    /// <inheritdoc/>
    public Task<bool> Work(CancellationToken cancel) => self.Untold.Work(() => Reading.RequireOpen(self, "asked"));

    /// <inheritdoc/>
    public Task<int?> NoReports(long dueMicros, CancellationToken cancel) => self.NoReports.Work(dueMicros, cancel);

    /// <inheritdoc/>
    public Task<bool> Fees(CancellationToken cancel) => FeeDesk.Work(self, cancel);

    /// <inheritdoc/>
    public Task Recall(RecallHint hint, CancellationToken cancel) => self.Purses.Return(hint);

    /// <inheritdoc/>
    public async Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel)
    {
        if (FeeDesk.IsNeeded(command))
            await FeeDesk.Stand(self, cancel);
        var answer = await services.Writer.Write(command, cancel);
        // Written, but this activation cannot take it up: the next one reads it.
        if (self.Closed is { } why)
            self.Refused(why);
        else if (answer.Outcome is DefineOutcome.Created or DefineOutcome.Replaced)
        {
            await self.Reread(cancel);
            await FeeDesk.Work(self, cancel);
            await AfterUse.Done(self);
        }

        return answer;
    }

    /// <inheritdoc/>
    public Task<UsageReport> Usage(string? period, CancellationToken cancel) => Reading.Usage(self, period, cancel);

    /// <inheritdoc/>
    public Task<LiveTotals> Totals(long atLeast, CancellationToken cancel) => LiveSource.Totals(self, atLeast, cancel);

    /// <inheritdoc/>
    public Task<SliceReport[]> Slices(CancellationToken cancel) => Reading.Slices(self, cancel);

    /// <inheritdoc/>
    public async Task<SealAnswer> Seal(SealCommand command, CancellationToken cancel)
    {
        Reading.RequireOpen(self, "sealed");
        if (self.Session is not { } session)
            return new SealAnswer { Exists = false, Frame = default, Customer = "" };
        await services.Resolver.AtLeast(command.CatalogueRevision, cancel);
        if (!self.TermsAreCurrent)
            await self.ResolveTerms(cancel);
        var calendar = await services.Resolver.Calendar(command.Calendar, cancel);
        var period = calendar.PeriodOf(command.Period) ?? throw new ArgumentException($"\"{command.Period}\" is no period.", nameof(command));
        if (command.Preview)
            return await Preview(session, command, period, command.EarlierOpen ? calendar.Previous(period) : null, cancel);
        try
        {
            var frame = await session.Quiesce(async () =>
                await Sealing.Sealed(self, command.Calendar, period, cancel));
            return new SealAnswer { Exists = true, Frame = frame, Customer = self.Definition!.Customer,
                PurchaseOrder = self.Definition.PurchaseOrder };
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
            throw new SubscriptionUnavailableException(
                $"Subscription {self.Id}: the seal of {command.Period} is not known to be durable ({fault.Failure}).");
        }
    }

    // What was forced is not out with anybody, so no wallet asks for it: it is told until it was heard.
    private void TellLater() => telling ??= this.RegisterGrainTimer(_ => Tell(),
        new GrainTimerCreationOptions(Limits.WalletTick, Limits.WalletTick) { Interleave = true });

    private async Task Tell()
    {
        if (!await self.Purses.TellForced())
            return;
        telling?.Dispose();
        telling = null;
    }

    private async Task<SealAnswer> Preview(SubscriptionSession session, SealCommand command, BillingPeriod period, BillingPeriod? before,
        CancellationToken cancel)
    {
        var asOf = self.NowMicros;
        var answer = new SealAnswer { Exists = true, Frame = default, Customer = self.Definition!.Customer, AsOfMicros = asOf,
            PurchaseOrder = self.Definition.PurchaseOrder };
        try
        {
            var frame = await session.Quiesce(() =>
                Sealing.Previewed(self, command.Calendar, period, before, cancel));
            await Reading.UpToDate(self, cancel);
            return answer with { Frame = frame };
        }
        catch (JournalArchivedException gone)
        {
            return answer with { Archived = new ArchivedSeal { Archive = gone.Base.Archive, Until = gone.Base.Until } };
        }
    }
}
