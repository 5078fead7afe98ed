// One run: clients, faults between any two steps, healing; what is left is handed to the auditor.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Embedded;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Clients;
using OrleansBilling.Simulation.Tests.Log;
using OrleansBilling.Simulation.Tests.Stores;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Notifications;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.Simulation.Tests;

/// <summary>What a run leaves: the journal's rows, the clients' log, who is who.</summary>
internal sealed record Left(int Seed, IReadOnlyList<StoredRow> Rows, ClientLog Log, TreeFacts Tree, ulong Fingerprint, long Steps, int Crashes, int Snapshots);

internal sealed class Simulation : IDisposable
{
    private const int StepsMax = 1_000_000;
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;
    private readonly Disk disk = new();
    private readonly ClientLog log = new();
    private readonly MemoryDefinitions definitions;
    private readonly Faults faults;
    private readonly SimulatedEngine engine;
    private readonly IAddressable[] grains;
    private readonly Desk desk;
    private readonly int seed;
    private SimulatedJournal journal = null!;
    private int crashes;

    private Simulation(int seed, Defect defect)
    {
        this.seed = seed;
        var random = new Random(unchecked(seed * 31 + 17));
        definitions = Tree.Define(random);
        foreach (var wallet in definitions.All.Where(one => one.Kind == DefinitionKinds.Wallet))
            log.Add(new LimitSent(wallet.Id, Definitions.Stored<Wallet>(wallet.Body).CreditLimit));
        definitions.Faults = faults = new Faults(seed) { Defect = defect };
        var clock = new ManualTimeProvider(Tree.Start);
        engine = new SimulatedEngine(seed,
            services => journal = Provide(services, disk, faults, definitions, clock, log, work => engine!.StartOnHost(work)), clock, typeof(SubscriptionGrain).Assembly);
        engine.Fates = faults.FateOf;
        log.MessagesDoubled = faults.Duplicate > 0;
        desk = new Desk(engine, log, random);
        grains = [.. Tree.Subscriptions.Select(one => one.Id).Append(Tree.Seat).Select(id => (IAddressable)desk.Subscription(id)), .. Tree.Wallets.Select(one => (IAddressable)desk.Wallet(one.Id))];
    }

    /// <summary>Plays a seed to its end.</summary>
    public static Left Play(int seed, Defect defect = Defect.None)
    {
        using var run = new Simulation(seed, defect);
        run.Traffic();
        run.Heal();
        return run.Left();
    }

    public void Dispose() => engine.Dispose();

    /// <summary>The product's grains on stores in memory; answers the journal of this life of the host.</summary>
    public static SimulatedJournal Provide(IServiceCollection services, Disk disk, Faults faults, MemoryDefinitions definitions, ManualTimeProvider clock, ClientLog log,
        Action<Func<Task>> startOnHost)
    {
        var began = new SimulatedJournal(disk, faults, startOnHost, faults.Machines);
        services.AddSingleton<IJournal>(began).AddSingleton<ISnapshots>(began).AddSingleton<IEventIdStore>(new MemoryEventIds());
        services.AddSingleton<IDefinitionStore>(definitions).AddSingleton(new BillingClock(clock)).AddBillingGrains();
        var duties = new MemoryDuties();
        services.AddSingleton<IDueWorkStore>(duties).AddSingleton<INotificationStore>(duties).AddSingleton<IPartyStateStore>(new MemoryPartyStates());
        services.AddSingleton<ILoggerProvider>(new Alarm(log));
        return began;
    }

    private void Traffic()
    {
        var (usage, holds) = (desk.Random.Next(1, 4), desk.Random.Next(0, 3));
        var clients = new List<Task> { engine.Start(() => new MoneyClient(desk, 1).Work(desk.Random.Next(6, 30))), engine.Start(() => new Reader(desk).Work(desk.Random.Next(0, 20))) };
        for (var client = 1; client <= usage; client++)
        {
            var number = client;
            clients.Add(engine.Start(() => new UsageClient(desk, number).Work(desk.Random.Next(5, 40))));
        }

        for (var client = 1; client <= holds; client++)
        {
            var number = client;
            clients.Add(engine.Start(() => new HoldClient(desk, number).Work(desk.Random.Next(3, 20))));
        }

        if (desk.Chance(50))
            clients.Add(engine.Start(() => new GrantClient(desk).Work(desk.Random.Next(1, 10))));
        if (desk.Chance(50))
            clients.Add(engine.Start(() => new CorrectionClient(desk).Work(desk.Random.Next(1, 25))));
        if (desk.Chance(60))
            clients.Add(engine.Start(() => new FeeClient(desk).Work(desk.Random.Next(1, 15))));
        if (desk.Chance(50))
            clients.Add(engine.Start(() => new PriceClient(desk).Work(desk.Random.Next(1, 20))));
        for (var client = desk.Random.Next(3); client > 0; client--)
        {
            var number = client;
            clients.Add(engine.Start(() => new BackfillClient(desk, number).Work(desk.Random.Next(3, 30))));
        }

        while (clients.Exists(client => !client.IsCompleted))
        {
            if (engine.Steps > StepsMax)
                throw new InvalidOperationException($"{StepsMax} steps and no end.");
            Strike();
            // Time goes on when nothing can run, and sometimes although something can.
            if (faults.Happens(faults.TimeJump) || !engine.StepOnce())
                engine.Clock.AdvanceToNextDue(Never);
        }

        foreach (var client in clients.Where(client => client.IsFaulted))
            log.Add(new Surprise($"A client ended with {client.Exception!.InnerException}"));
    }

    private void Strike()
    {
        if (faults.Happens(faults.CrashHost))
        {
            crashes++;
            engine.CrashHost(tellCallers: faults.Coin());
        }

        if (faults.Happens(faults.CrashMachine))
            CrashMachine();
        if (faults.Happens(faults.CrashGrain))
        {
            crashes++;
            engine.Crash(grains[faults.Choose(grains.Length)], tellCallers: faults.Coin());
        }

        if (faults.Happens(faults.SecondActivation) && grains[faults.Choose(grains.Length)] is var twin && engine.CountActivations(twin) < 2)
            engine.SpawnSecondActivation(twin);
        if (faults.Happens(faults.EndSecond))
            EndSecond();
    }

    private void CrashMachine()
    {
        crashes++;
        var tell = faults.Coin();
        foreach (var stream in journal.Crash(faults.Choose(faults.Machines)))
            engine.Crash(GrainOf(stream), tell);
    }

    private void EndSecond()
    {
        foreach (var grain in grains.Where(grain => engine.CountActivations(grain) > 1))
            engine.EndSecondActivation(grain);
    }

    private void Heal()
    {
        faults.Healed = true;
        EndSecond();
        engine.Run(() => new Healer(desk).Heal());
    }

    private IAddressable GrainOf(long stream)
    {
        var definition = definitions.All.Single(one => one.Stream == stream && one.Kind is "wallet" or "subscription" && one.Stream == stream);
        return definition.Kind == "wallet" ? desk.Wallet(definition.Id) : desk.Subscription(definition.Id);
    }

    private Left Left() => new(seed, [.. disk.Rows.Select(row => new StoredRow(row.Key.Stream, row.Key.Version, row.Value))], log, Tree.Facts(definitions), engine.Fingerprint, engine.Steps, crashes,
        disk.Heads.Keys.Sum(stream => disk.SnapshotsOf(stream).Count));
}
