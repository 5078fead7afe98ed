// The base of the tests that run on both engines; EngineHost is written once per engine in Engines/.
namespace OrleansBilling.Engine.Tests;

public abstract class EngineTest(EngineHost host) : IClassFixture<EngineHost>
{
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
        await settled();
        while (host.Clock.AdvanceToNextDue(target)) await settled();
        host.Clock.AdvanceTo(target);
    }
}
