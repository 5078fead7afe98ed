// A subscription: reads the clock, decides with billing/, appends, answers when durable.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Owns one stream. Recording interleaves: the invariant over every await is that state, ids and queue change together in one synchronous
/// section after the last await (architecture 3, step 2). After a failed append the activation decides nothing more.
/// </summary>
[GrainType("subscription")]
public sealed class SubscriptionGrain(SubscriptionLoader loader, TermsResolver resolver, DefinitionWriter writer, IJournal journal, BillingClock clock,
    ILogger<SubscriptionGrain> log) : Grain, ISubscriptionGrain
{
    private Subscription? definition;
    private long stream;
    private SubscriptionSession? session;
    private SubscriptionTerms? terms;
    private long termsRevision;
    private BatchState? closed;
    private bool leaving;

    private string Id => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await loader.Definition(Id, cancellationToken) is not var (found, number))
                return;
            session = await loader.Open(number, cancellationToken);
            (definition, stream) = (found, number);
        }
        catch (Exception fault) when (fault is JournalCorruptException or PackedFormatException)
        {
            SessionLog.Parked(log, fault, Id);
            closed = BatchState.Parked;
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or JournalException)
        {
            SessionLog.LoadFailed(log, fault, Id);
            closed = BatchState.Unavailable;
        }
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        session?.Leave();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<UsageAnswer> Record(UsageBatch batch, CancellationToken cancel)
    {
        if (closed is { } why)
            return Answer(Refused(why), batch.Count);
        if (session is null || definition is null)
            return Unknown(batch.Count);
        try
        {
            while (true)
            {
                if (session.IsGated)
                    await session.Gate;
                var epoch = session.Older.Epoch;
                var older = await session.Older.LookUp(session.State, batch.Records, batch.Count, cancel);
                if (terms is null || termsRevision != resolver.Revision)
                    await ResolveTerms(cancel);
                if (closed is { } now)
                    return Answer(now, batch.Count);
                if (session.IsGated || epoch != session.Older.Epoch || termsRevision != resolver.Revision)
                    continue;
                if (!session.HasRoom)
                    return Answer(BatchState.Overloaded, batch.Count);
                // From here to the append there is no await.
                var decision = UsageDecider.Decide(session.State, terms!, batch.Records.Span, batch.Count, Micros.Of(clock.Now), older);
                await (decision.Accepted == 0 ? session.Settled() : session.AppendEvents(decision.Frame, decision.FirstId, decision.Accepted));
                return new UsageAnswer { State = BatchState.Decided, Outcomes = Array.ConvertAll(decision.Outcomes, outcome => (byte)outcome) };
            }
        }
        catch (JournalException fault)
        {
            return Answer(Poisoned(fault), batch.Count);
        }
        catch (StorageException fault)
        {
            SessionLog.LoadFailed(log, fault, Id);
            return Answer(BatchState.Unavailable, batch.Count);
        }
    }

    /// <inheritdoc/>
    public async Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel)
    {
        var answer = await writer.Write(command, cancel);
        // Written, but this activation cannot take it up: the next one reads it.
        if (closed is { } why)
            Refused(why);
        else if (answer.Outcome is DefineOutcome.Created or DefineOutcome.Replaced && await loader.Definition(Id, cancel) is var (found, number))
        {
            session ??= await loader.Open(number, cancel);
            (definition, stream, terms) = (found, number, null);
        }

        return answer;
    }

    /// <inheritdoc/>
    public async Task<UsageReport> Usage(string? period, CancellationToken cancel)
    {
        // No figures are better than figures that leave something out.
        if (closed is { } why)
            throw new SubscriptionUnavailableException($"Subscription {Id} cannot be read now ({Refused(why)}).");
        if (session is null)
            return new UsageReport { Exists = false, AsOfMicros = Micros.Of(clock.Now), Rows = [] };
        var now = clock.Now;
        var rows = UsageRows.Of(session.State, period, now);
        try
        {
            await session.UpToDate(cancel);
        }
        catch (JournalException fault)
        {
            throw new SubscriptionUnavailableException($"Subscription {Id} cannot be read now ({Poisoned(fault)}).");
        }
        catch (StorageException)
        {
            throw new SubscriptionUnavailableException($"Subscription {Id} cannot be read now: the store is away.");
        }

        return new UsageReport { Exists = true, AsOfMicros = Micros.Of(now), Rows = rows };
    }

    /// <inheritdoc/>
    public async Task<SealAnswer> Seal(SealCommand command, CancellationToken cancel)
    {
        if (closed is { } why)
            throw new SubscriptionUnavailableException($"Subscription {Id} cannot be sealed now ({Refused(why)}).");
        if (session is null || definition is null)
            return new SealAnswer { Exists = false, Frame = default, Customer = "" };
        await ResolveTerms(cancel);
        var calendar = await resolver.Calendar(command.Calendar, cancel);
        var period = calendar.PeriodOf(command.Period) ?? throw new ArgumentException($"\"{command.Period}\" is no period.", nameof(command));
        try
        {
            var frame = await session.Quiesce(async () => await Sealing.Sealed(session, terms!, command.Calendar, period, stream, journal, clock, cancel));
            return new SealAnswer { Exists = true, Frame = frame, Customer = definition.Customer };
        }
        catch (JournalException fault)
        {
            Poisoned(fault);
            throw new SubscriptionUnavailableException($"Subscription {Id}: the seal of {command.Period} is not known to be durable ({fault.Failure}).");
        }
    }

    /// <inheritdoc/>
    public Task<SliceReport[]> Slices(CancellationToken cancel) => Task.FromResult<SliceReport[]>([]);

    /// <inheritdoc/>
    public Task Recall(RecallHint hint, CancellationToken cancel) => Task.CompletedTask;

    private async Task ResolveTerms(CancellationToken cancel)
    {
        var revision = resolver.Revision;
        terms = await resolver.Resolve(Id, definition!, cancel);
        termsRevision = revision;
    }

    private BatchState Poisoned(JournalException fault)
    {
        if (closed is null)
            SessionLog.AppendFailed(log, fault, Id, fault.Failure);
        Leave(BatchState.Moved);
        return fault.Failure switch
        {
            JournalFailure.Conflict => BatchState.Moved,
            JournalFailure.Unavailable => BatchState.Unavailable,
            _ => BatchState.Unknown,
        };
    }

    // An activation that could not load says so to everybody who waits for it and goes then, never before: an activation that leaves while it
    // activates passes them on to the next one, which fails in the same way, round and round until their time is up.
    private BatchState Refused(BatchState why)
    {
        if (!leaving)
            _ = LeaveNextTurn();
        return why;
    }

    private async Task LeaveNextTurn()
    {
        leaving = true;
        await Task.Yield();
        DeactivateOnIdle();
    }

    private void Leave(BatchState why)
    {
        closed ??= why;
        DeactivateOnIdle();
    }

    private UsageAnswer Unknown(int count)
    {
        DeactivateOnIdle();
        var outcomes = new byte[count];
        Array.Fill(outcomes, (byte)UsageOutcome.UnknownSubscription);
        return new UsageAnswer { State = BatchState.Decided, Outcomes = outcomes };
    }

    private static UsageAnswer Answer(BatchState state, int count)
    {
        var outcomes = new byte[count];
        Array.Fill(outcomes, (byte)UsageOutcome.Unknown);
        return new UsageAnswer { State = state, Outcomes = outcomes };
    }
}
