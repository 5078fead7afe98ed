// The base of the tests that run on both engines; EngineHost is written once per engine in Engines/.
namespace OrleansBilling.Engine.Tests;

public abstract class EngineTest(EngineHost host) : IClassFixture<EngineHost>
{
    // Far more than a test needs on a busy machine: only what will never come is given up.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Clock stops of one Advance; the timers of a class's earlier tests still tick.
    const int StopsMax = 20_000;

    // Keys start with a letter that is no hex digit: Orleans' AdoNet storage reads other keys as numbers.
    protected string Key { get; } = $"key-{Guid.NewGuid():N}";

    protected EngineHost Host => host;

    protected Probe Probe => host.Probes.Of(Key);

    protected T Grain<T>() where T : IGrainWithStringKey => host.Grains.GetGrain<T>(Key);

    protected T Grain<T>(string suffix) where T : IGrainWithStringKey => host.Grains.GetGrain<T>($"{Key}-{suffix}");

    // From due instant to due instant; settled says when the tick that fell due is through.
    protected async Task Advance(TimeSpan by, Func<Task> settled)
    {
        var target = host.Clock.GetUtcNow() + by;
        await Settled();
        for (var stops = 0; host.Clock.AdvanceToNextDue(target); stops++)
        {
            if (stops == StopsMax)
                throw new TimeoutException($"{StopsMax} stops of the clock before {target:O}, the last at {host.Clock.GetUtcNow():O}: something is due for ever.");
            await Settled();
        }
        host.Clock.AdvanceTo(target);

        async Task Settled()
        {
            try
            {
                await settled().WaitAsync(Patience);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"The grain gave no answer while the clock stood at {host.Clock.GetUtcNow():O}.", late);
            }
        }
    }
}
