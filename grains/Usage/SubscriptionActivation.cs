// One activation of a subscription: what it has loaded, whether it may still decide, and how it ends.
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>Belongs to the grain's turns. After a failed append it decides nothing more; the next activation reads what stands.</summary>
public sealed class SubscriptionActivation(string id, SubscriptionServices services, Action deactivate)
{
    private long termsRevision;
    private long gateRevision;
    private int definitionVersion;
    private bool leaving;

    /// <summary>Subscription id.</summary>
    public string Id => id;

    /// <summary>What the process shares.</summary>
    public SubscriptionServices Services => services;

    /// <summary>The definition, or null: there is none.</summary>
    public Subscription? Definition { get; private set; }

    /// <summary>The stream, or null with the definition.</summary>
    public SubscriptionSession? Session { get; private set; }

    /// <summary>What it is rated by; null until resolved.</summary>
    public SubscriptionTerms? Terms { get; private set; }

    /// <summary>Why it decides nothing more, or null.</summary>
    public BatchState? Closed { get; private set; }

    /// <summary>Told when a wallet may not have heard what was forced: it is told again later.</summary>
    public Action TellLater { get; init; } = () => { };

    /// <summary>Its purses; made when the first one is needed.</summary>
    public PurseDesk Purses => field ??= new PurseDesk(this);

    /// <summary>What wallets may not have heard.</summary>
    public UntoldPurses Untold => field ??= new UntoldPurses(this);

    /// <summary>Rows of messages; made when the first report names one.</summary>
    public MessageIndex Messages => field ??= new MessageIndex();

    /// <summary>Messages that are refunded when no report comes.</summary>
    public NoReports NoReports => field ??= new NoReports(this);

    /// <summary>The first use for which a look at the fees was asked for, µs; 0: none. Forgotten with the activation: its first usage asks again.</summary>
    public long FeesSince { get; set; }

    /// <summary>Now, µs.</summary>
    public long NowMicros => Micros.Of(services.Clock.Now);

    /// <summary>Reads definition and stream; what fails is told to whoever asks, see <see cref="Refused"/>.</summary>
    public async Task Load(CancellationToken cancel)
    {
        try
        {
            if (await services.Loader.Definition(id, cancel) is not var (found, number, version))
                return;
            Session = await services.Loader.Open(number, cancel);
            (Definition, definitionVersion) = (found, version);
            ReportChanges(found.Customer);
        }
        catch (Exception fault) when (fault is JournalCorruptException or PackedFormatException)
        {
            SessionLog.Parked(services.Log, fault, id);
            Closed = BatchState.Parked;
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or JournalException)
        {
            SessionLog.LoadFailed(services.Log, fault, id);
            Closed = BatchState.Unavailable;
        }
    }

    /// <summary>Takes up a definition that was just written.</summary>
    public async Task Reread(CancellationToken cancel)
    {
        if (await services.Loader.Definition(id, cancel) is not var (found, number, version))
            return;
        Session ??= await services.Loader.Open(number, cancel);
        (Definition, definitionVersion, Terms) = (found, version, null);
        ReportChanges(found.Customer);
    }

    /// <summary>Whether the terms are those of the catalogue and of the parties' states as they are now.</summary>
    public bool TermsAreCurrent =>
        Terms is not null && termsRevision == services.Resolver.Revision && gateRevision == services.Resolver.GateRevision;

    /// <summary>Resolves the terms anew; where only the state of a party has changed, without reading anything.</summary>
    public async Task ResolveTerms(CancellationToken cancel)
    {
        var (revision, gate) = (services.Resolver.Revision, services.Resolver.GateRevision);
        Terms = Terms is { } known && termsRevision == revision
            ? services.Resolver.Regated(known)
            : await services.Resolver.Resolve(id, Definition!, definitionVersion, cancel);
        (termsRevision, gateRevision) = (revision, gate);
    }

    /// <summary>What the newest seal of a calendar went by; null: the terms as they are.</summary>
    public async Task<SubscriptionTerms?> TermsBefore(string calendar, CancellationToken cancel) =>
        Session!.State.NewestSeal(calendar)?.Basis.Definition is > 0 and var version && version != Terms!.Version
            ? await services.Resolver.Resolve(id, version, cancel)
            : null;

    /// <summary>Whether decisions may be made in this turn.</summary>
    public bool IsReady => Closed is not null || (!Session!.IsGated && TermsAreCurrent);

    /// <summary>
    /// Ends when decisions may be made: terms resolved, no seal or snapshot under way. The caller must decide in the same turn, or call again.
    /// </summary>
    public async Task Ready(CancellationToken cancel)
    {
        while (!IsReady)
        {
            if (Session!.IsGated)
                await Session.Gate;
            if (!TermsAreCurrent)
                await ResolveTerms(cancel);
        }
    }

    /// <summary>An append failed: nothing more is decided here. What the caller is told.</summary>
    public BatchState Poisoned(JournalException fault)
    {
        if (Closed is null)
            SessionLog.AppendFailed(services.Log, fault, id, fault.Failure);
        Closed ??= BatchState.Moved;
        deactivate();
        return fault.Failure switch
        {
            JournalFailure.Conflict => BatchState.Moved,
            JournalFailure.Unavailable => BatchState.Unavailable,
            _ => BatchState.Unknown,
        };
    }

    /// <summary>
    /// An activation that could not load says so to everybody who waits for it and goes then, never before: an activation that leaves while it
    /// activates passes them on to the next one, which fails in the same way, round and round until their time is up.
    /// </summary>
    public BatchState Refused(BatchState why)
    {
        if (!leaving)
            _ = LeaveNextTurn();
        return why;
    }

    /// <summary>There is no such subscription: the next call looks again.</summary>
    public void Leave() => deactivate();

    private void ReportChanges(string customer) => Session!.Changed ??= () => services.Reporter.Dirty(id, customer);

    private async Task LeaveNextTurn()
    {
        leaving = true;
        await Task.Yield();
        deactivate();
    }
}
