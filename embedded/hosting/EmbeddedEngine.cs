// The engine of one process: finds grains, hands out references, starts and stops with the host.
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Embedded;

// What stands between callers and activations in a simulation; null in production, where a call goes straight to its activation.
internal interface INetwork
{
    void Send(GrainCall call);
}

public sealed class EmbeddedEngine : IClusterClient, IHostedService, IDisposable
{
    static readonly TimeSpan DeadlineSweep = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource stopNow = new();

    public EmbeddedEngine(IServiceProvider services, EmbeddedEngineOptions options, params Assembly[] grainAssemblies)
        : this(services, options, grainAssemblies, pump: null, network: null)
    {
    }

    internal EmbeddedEngine(
        IServiceProvider services, EmbeddedEngineOptions options, Assembly[] grainAssemblies, ITurnPump? pump, INetwork? network)
    {
        ServiceProvider = services;
        Pump = pump;
        Network = network;
        Clock = options.Clock ?? services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains);
        Copier = options.CopyMessages ? new MessageCopier() : null;
        MaxForwardCount = options.MaxForwardCount;
        Work = options.TrackRest ? new WorkCount() : null;
        Log = new EngineLog(services.GetRequiredService<ILogger<EmbeddedEngine>>());
        // Who waits for an end goes on in its own turn or on the pool; a simulation has no pool.
        EndOptions = pump is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;
        Deadlines = new Deadlines(options.MachineClock, options.ResponseTimeout, DeadlineSweep, pump is null ? Environment.ProcessorCount * 4 : 1);
        Idle = new IdleCollector(this, options.MachineClock, options.CollectionAge);
        Catalogue = new Catalogue(this, grainAssemblies);
        Reminders = new ReminderService(this, services.GetRequiredService<IReminderStore>(), options.MinimumReminderPeriod);
    }

    public IServiceProvider ServiceProvider { get; internal set; }

    // How many grains are in memory, per grain type: for telemetry.
    public IEnumerable<(string GrainType, int Count)> Activations => Catalogue.Classes.Select(type => (type.Name, type.Count));

    internal TimeProvider Clock { get; }

    internal ITurnPump? Pump { get; }

    internal INetwork? Network { get; }

    internal MessageCopier? Copier { get; }

    internal int MaxForwardCount { get; }

    internal WorkCount? Work { get; }

    internal EngineLog Log { get; }

    internal TaskCreationOptions EndOptions { get; }

    internal Deadlines Deadlines { get; }

    internal IdleCollector Idle { get; }

    internal Catalogue Catalogue { get; }

    internal ReminderService Reminders { get; set; }

    internal bool IsStopping { get; private set; }

    // Cancelled when a graceful stop has taken too long.
    internal CancellationToken Stopping => stopNow.Token;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
        => (TGrainInterface)GetGrain(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => GetGrain(grainInterfaceType, grainPrimaryKey, null);

    IGrain GetGrain(Type grainInterface, string key, string? classNamePrefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var type = classNamePrefix is null ? Catalogue.ClassBehind(grainInterface) : Catalogue.ClassBehind(grainInterface, classNamePrefix);
        return Catalogue.ProxyOf(grainInterface).Create(type, key);
    }

    // Completes when nothing is under way: for clocks advanced by hand, with TrackRest.
    public Task WhenAtRest() => Work?.WhenAtRest() ?? throw new InvalidOperationException($"{nameof(EmbeddedEngineOptions.TrackRest)} is off.");

    public Task StartAsync(CancellationToken cancellationToken) => Reminders.StartAsync(cancellationToken);

    // Callers from outside are refused; grains may still call each other until the last has ended.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsStopping = true;
        Reminders.Stop();
        try
        {
            var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The host stops.");
            while (Catalogue.Classes.SelectMany(type => type.Activations).ToList() is { Count: > 0 } alive)
                await Task.WhenAll(alive.Select(activation => activation.Stop(reason))).WaitAsync(cancellationToken);
        }
        finally
        {
            stopNow.Cancel();
            Dispose();
        }
    }

    internal void CheckSender(GrainCall call)
    {
        if (TaskScheduler.Current is not Activation) throw new SiloUnavailableException("The host is stopping.");
        call.IsLastWish = true;
    }

    // A message that has to look for its activation once more.
    internal void Deliver(GrainCall call)
    {
        if (IsStopping && !call.IsLastWish) Abandon(call, new SiloUnavailableException("The host is stopping."));
        else if (Network is { } network) network.Send(call);
        else (call.Activation = call.Target.Locate()).Post(call);
    }

    // A message that will never begin.
    internal void Abandon(Message message, Exception reason)
    {
        if (message is GrainCall call)
        {
            Deadlines.Remove(call);
            call.Cancellation?.Release();
        }
        message.Refuse(reason);
        Work?.Leave();
    }

    public void Dispose()
    {
        Deadlines.Dispose();
        Idle.Dispose();
    }
}
