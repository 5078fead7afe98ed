// What all clients of a run share: grains, log, chance, and what they have sent that is not decided yet.
using OrleansBilling.Billing.Usage;
using OrleansBilling.Embedded;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class Desk(SimulatedEngine engine, ClientLog log, Random random)
{
    public SimulatedEngine Engine => engine;
    public ClientLog Log => log;
    public Random Random => random;

    /// <summary>Commands whose outcome nobody knows, by what they are about; repeated until it is known.</summary>
    public Dictionary<string, Func<Task<bool>>> Open { get; } = [];

    /// <summary>Commands that were decided in a way that does not change any more: asked again at the end.</summary>
    public Dictionary<string, Func<Task<bool>>> Decided { get; } = [];

    /// <summary>In some runs events and payments are so long that streams outgrow the size from which snapshots are taken.</summary>
    public string Filler { get; } = new('x', random.Next(3) == 0 ? 2_500 : 1);

    /// <summary>Events that were sent for the first time.</summary>
    public List<(string Subscription, SentEvent Event)> Sent { get; } = [];

    /// <summary>Events of backfills that were sent, by subscription.</summary>
    public Dictionary<string, List<SentEvent>> Backfilled { get; } = [];

    public long NowMicros => (engine.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;

    public ISubscriptionGrain Subscription(string id) => engine.Grains.GetGrain<ISubscriptionGrain>(id);

    public IWalletGrain Wallet(string id) => engine.Grains.GetGrain<IWalletGrain>(id);

    public T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public bool Chance(int percent) => random.Next(100) < percent;

    /// <summary>Clients wait now and then; time goes on only when nothing else can.</summary>
    public Task Think() => random.Next(3) == 0 ? Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 4_000)), engine.Clock) : Task.CompletedTask;

    /// <summary>The answer, or null when nobody knows what became of it. What a caller must never see is written down.</summary>
    public async Task<T?> Ask<T>(Func<Task<T>> call) where T : class
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException or SubscriptionUnavailableException or WalletUnavailableException)
        {
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or PackedFormatException)
        {
            log.Add(new Surprise($"A caller gets {fault.GetType().Name}: {fault.Message}"));
            return null;
        }
    }

    /// <summary>Sends, and keeps what is not decided for later; clients mostly repeat it at once.</summary>
    public async Task Try(string about, Func<Task<bool>> send)
    {
        for (var again = 0; again < 3; again++)
        {
            if (await send())
            {
                Open.Remove(about);
                return;
            }

            Open[about] = send;
            if (Chance(40))
                return;
            await Think();
        }
    }
}
