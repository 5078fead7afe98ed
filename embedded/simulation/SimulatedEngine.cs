// The engine in deterministic mode: one thread, a seeded choice of what runs next, a clock moved by hand, faults on demand. Same seed, same run.
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansBilling.Embedded;

public sealed class SimulatedEngine : IDisposable
{
    readonly Action<IServiceCollection> configureServices;
    readonly EmbeddedEngineOptions options;
    readonly EmbeddedEngine engine;
    readonly SimulatedScheduler scheduler;
    readonly SimulatedNetwork network;
    ClientQueue host;

    // The services are built again after a crash of the host: what must survive it (disks, the outside world) is an instance made by the test.
    public SimulatedEngine(int seed, Action<IServiceCollection> services, ManualTimeProvider clock, params Assembly[] grainAssemblies)
    {
        Seed = seed;
        Random = new Random(seed);
        Clock = clock;
        configureServices = services;
        options = new EmbeddedEngineOptions { Clock = clock, MachineClock = clock, CopyMessages = true };
        scheduler = new SimulatedScheduler(Random, clock);
        network = new SimulatedNetwork(scheduler, this);
        host = new ClientQueue("host", scheduler);
        engine = new EmbeddedEngine(BuildServices(), options, grainAssemblies, scheduler, network);
        Run(() => engine.StartAsync(CancellationToken.None));
    }

    public int Seed { get; }

    // For the test's own choices, so that they too follow the seed.
    public Random Random { get; }

    public ManualTimeProvider Clock { get; }

    public IGrainFactory Grains => engine;

    public IServiceProvider Services => engine.ServiceProvider;

    // A number over every step so far: two runs that differ anywhere differ here.
    public ulong Fingerprint => scheduler.Fingerprint;

    public long Steps => scheduler.Steps;

    // The steps in words, when asked for before they happen.
    public IReadOnlyList<string>? Trace => scheduler.Trace;

    public bool KeepTrace
    {
        set => scheduler.Trace = value ? [] : null;
    }

    // Asked for every message about to be delivered; null delivers all.
    public Func<SimulatedMessage, Fate>? Fates { get; set; }

    // Runs a client's work to its end; when nothing can run, the clock goes on to the next due instant.
    public void Run(Func<Task> client)
    {
        var work = Start(client);
        scheduler.Drive(() => work.IsCompleted, mayAdvance: true);
        work.GetAwaiter().GetResult();
    }

    // Starts a client beside others; it goes on in Run, RunUntilIdle and AdvanceTo.
    public Task Start(Func<Task> client) => new ClientQueue("client", scheduler).Start(client);

    // Work of the process itself, such as a writer's loop: it dies with the host.
    public Task StartOnHost(Func<Task> work) => host.Start(work);

    public void RunUntilIdle() => scheduler.Drive(static () => false, mayAdvance: false);

    // One turn or one delivery; false when nothing can run.
    public bool StepOnce()
    {
        var before = Steps;
        scheduler.Drive(() => Steps > before, mayAdvance: false);
        return Steps > before;
    }

    public void Advance(TimeSpan by) => AdvanceTo(Clock.GetUtcNow() + by);

    // To every due instant on the way, each time until nothing is left to do.
    public void AdvanceTo(DateTimeOffset instant)
    {
        RunUntilIdle();
        while (scheduler.AdvanceToNextDue(instant)) RunUntilIdle();
        Clock.AdvanceTo(instant);
    }

    // Its memory is gone without OnDeactivateAsync. Callers hear of it, or, like callers of a lost machine, nothing until their time-out.
    public void Crash(IAddressable grain, bool tellCallers = true)
    {
        scheduler.Note("crash", grain.ToString()!);
        foreach (var activation in network.Alive((GrainProxy)grain)) network.Crash(activation, tellCallers);
    }

    // All activations, messages and host work at once; then the host starts again with new services.
    public void CrashHost(bool tellCallers = true)
    {
        scheduler.Note("crash", "host");
        engine.Reminders.Stop();
        host.Kill();
        foreach (var activation in engine.Catalogue.Classes.SelectMany(type => type.Activations).ToList()) network.Crash(activation, tellCallers);
        network.CrashAll(tellCallers);
        host = new ClientQueue("host", scheduler);
        engine.ServiceProvider = BuildServices();
        engine.Reminders = new ReminderService(engine, Services.GetRequiredService<IReminderStore>(), options.MinimumReminderPeriod);
        Run(() => engine.StartAsync(CancellationToken.None));
    }

    // From now on messages find one of two activations by chance, until one of them ends.
    public void SpawnSecondActivation(IAddressable grain)
    {
        scheduler.Note("second activation", grain.ToString()!);
        network.SpawnSecond((GrainProxy)grain);
    }

    // What Orleans does when it notices: the older one is deactivated.
    public void EndSecondActivation(IAddressable grain)
    {
        scheduler.Note("end of second activation", grain.ToString()!);
        if (network.Alive((GrainProxy)grain) is [var older, _, ..])
            older.RequestDeactivation(new(DeactivationReasonCode.DuplicateActivation, "There are two."));
    }

    public int CountActivations(IAddressable grain) => network.Alive((GrainProxy)grain).Count;

    ServiceProvider BuildServices()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(_ => engine);
        configureServices(collection);
        return collection.AddEnginePorts(options).BuildServiceProvider();
    }

    public void Dispose() => engine.Dispose();
}
