// One activation of a wallet: its definition, its stream, and how a decision becomes durable.
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Belongs to one activation's turns. After a failed append it decides nothing more.</summary>
internal sealed class WalletActivation(string id, WalletServices services, Action leave)
{
    private string? closed;
    private string? level;
    private bool leaving;
    private WalletSession? session;
    private DateTimeZone zone = DateTimeZone.Utc;
    private readonly WalletLoader loader = services.Loader;
    private readonly BillingClock clock = services.Clock;
    private readonly ILogger log = services.Log;

    /// <summary>Wallet id.</summary>
    public string Id => id;

    /// <summary>What stands there; null: no such wallet, or it could not be loaded.</summary>
    public Wallet? Definition { get; private set; }

    /// <summary>What stands there; null: no such wallet. Throws <see cref="WalletUnavailableException"/> when that is not known.</summary>
    public Wallet? Known() => Refusal() is { } refusal ? throw refusal : Definition;

    /// <summary>The state, also as far as it is not durable yet: for what is no answer.</summary>
    public WalletState? State => session?.State;

    /// <summary>What it must not forget.</summary>
    public WalletDuties Duties { get; } = new(id, services);

    /// <summary>Whether grants are exactly what is wanted: from a recall to the next money or raised limit. Forgotten with the activation.</summary>
    public bool Tight { get; set; }

    /// <summary>Whether it decides nothing more.</summary>
    public bool IsClosed => closed is not null;

    /// <summary>Called when a top-up is open.</summary>
    public Func<Task> Asking { get; set; } = () => Task.CompletedTask;

    /// <summary>Called when something is to be told to the books.</summary>
    public Func<Task> Booking { get; set; } = () => Task.CompletedTask;

    /// <summary>Called when it decides nothing more: who waits for a timer must be let go, since an activation that leaves has no more ticks.</summary>
    public Action Closing { get; set; } = () => { };

    /// <summary>Loads; what fails is told to everybody who asks.</summary>
    public async Task Load(CancellationToken cancel)
    {
        try
        {
            if (await loader.Definition(id, cancel) is not var (definition, stream))
                return;
            zone = await loader.Zone(definition, cancel);
            session ??= await loader.Open(definition, stream, cancel);
            Definition = definition;
        }
        catch (Exception fault) when (fault is JournalCorruptException or PackedFormatException)
        {
            SessionLog.Parked(log, fault, id);
            closed = "its journal does not hold";
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or JournalException)
        {
            SessionLog.LoadFailed(log, fault, id);
            closed = "the store is away";
        }
    }

    /// <summary>The activation ends.</summary>
    public void Leave() => session?.Leave();

    /// <summary>
    /// Decides, applies and queues in one synchronous section, and answers when the newest row that this was decided on is durable. Throws
    /// <see cref="WalletUnavailableException"/> when that is not known. The wallet must exist. What may leave something to be done (a payment, a crossing)
    /// finds a row of due work that stands for it, or waits for one.
    /// </summary>
    public async Task<T> Decide<T>(Func<WalletTurn, T> decide, bool leaves = false)
    {
        while (session is { } open && (open.IsGated || (!Duties.Stands && (leaves || MayLeave(open.State)) && closed is null)))
            await (open.IsGated ? open.Gate : Duties.Stand());
        if (Refusal() is { } refusal)
            throw refusal;
        if (!session!.HasRoom)
            throw new WalletUnavailableException($"Wallet {id}: the journal has no room now.");
        Task durable;
        T decided;
        // From here to the append there is no await.
        var turn = new WalletTurn(session.State, clock.Now);
        try
        {
            if (PaymentDecider.SetLimits(turn, Definition!))
                Tight = false;
            DailyDecider.Begin(turn, Definition!, zone);
            TopUpDecider.SetRule(turn, Definition!);
            decided = decide(turn);
        }
        catch (PackedFormatException fault)
        {
            throw Broken(fault);
        }
        finally
        {
            // What fell due before a refused decision has happened all the same.
            durable = closed is null ? Append(turn) : Task.CompletedTask;
        }

        await Durable(durable);
        // Nobody waits for a message.
        if (session.State.Untold.Count > 0)
            _ = Duties.Tell(this);
        if (session.State.Books.Unbooked.Count > 0)
            _ = Booking();
        if (session.State.TopUps.Open is not null)
            _ = Asking();
        return decided;
    }

    /// <summary>Ends when the journal has nothing that this activation does not know.</summary>
    public Task UpToDate(CancellationToken cancel) => Durable(session!.UpToDate(cancel));

    /// <summary>What does not fit may only not be known here yet: another activation has granted it. Then this one ends.</summary>
    public async Task<bool> IsBehind()
    {
        try
        {
            await UpToDate(CancellationToken.None);
            return false;
        }
        catch (WalletUnavailableException)
        {
            return true;
        }
    }

    /// <summary>The level whose wallet it is, looked up once: an empty wallet refuses often.</summary>
    public async Task<string> Level(CancellationToken cancel) => level ??= await loader.Level(Definition!, cancel);

    /// <summary>Now, as it would be recorded.</summary>
    public long NowMicros => Micros.Of(clock.Now);

    // By itself: a crossing, a credit that expires, a top-up by a rule that is new.
    private bool MayLeave(WalletState state) => state.MayCross || state.MayBook || (Definition!.AutoTopUp is { } rule && rule != state.TopUps.Rule);

    private Task Append(WalletTurn turn)
    {
        TopUpDecider.Ask(turn, Definition!, zone);
        var frames = turn.Frames();
        return frames.IsEmpty ? session!.Settled() : session!.Append(frames);
    }

    private async Task Durable(Task durable)
    {
        try
        {
            await durable;
        }
        catch (JournalException fault)
        {
            if (closed is null)
                SessionLog.AppendFailed(log, fault, id, fault.Failure);
            Close("it goes on in another activation");
            throw new WalletUnavailableException($"Wallet {id}: it is not known whether this was done ({fault.Failure}).");
        }
        catch (StorageException fault)
        {
            SessionLog.LoadFailed(log, fault, id);
            throw new WalletUnavailableException($"Wallet {id}: the store is away.");
        }
    }

    private WalletUnavailableException? Refusal()
    {
        if (closed is null)
            return null;
        if (!leaving)
            _ = LeaveNextTurn();
        return new WalletUnavailableException($"Wallet {id} decides nothing now: {closed}.");
    }

    // An activation that could not load says so to everybody who waits for it and goes then, never before (SubscriptionGrain does the same).
    private async Task LeaveNextTurn()
    {
        leaving = true;
        await Task.Yield();
        leave();
    }

    // A fact that did not fit has been applied by half: this state is nobody's any more, and the journal has none of it.
    private WalletUnavailableException Broken(PackedFormatException fault)
    {
        SessionLog.Parked(log, fault, id);
        Close("its state did not hold");
        return new WalletUnavailableException($"Wallet {id}: a decision did not fit its state.");
    }

    private void Close(string why)
    {
        closed ??= why;
        Closing();
        leave();
    }
}
