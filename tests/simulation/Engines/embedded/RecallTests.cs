// A refusal by a dry wallet comes when all below have answered its recall, not when its patience ends: no instant passes here.
using OrleansBilling.Billing.Usage;
using OrleansBilling.Embedded;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Simulation.Tests.Clients;
using OrleansBilling.Simulation.Tests.Log;
using OrleansBilling.Simulation.Tests.Stores;

namespace OrleansBilling.Simulation.Tests;

public sealed class RecallTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_holds_keep_in_wallets_inside_is_not_waited_for(int seed)
    {
        var (log, faults, clock) = (new ClientLog(), new Faults(seed) { Healed = true }, new ManualTimeProvider(Tree.Start));
        SimulatedEngine? running = null;
        var definitions = Tree.Define(new Random(seed));
        using var engine = running = new SimulatedEngine(seed, services => Simulation.Provide(services, new Disk(), faults, definitions, clock, log, work => running!.StartOnHost(work)),
            clock, typeof(SubscriptionGrain).Assembly);
        var desk = new Desk(engine, log, new Random(seed));
        engine.Run(async () =>
        {
            foreach (var (wallet, limit) in new[] { ("wp", 0m), ("wa", 50m), ("wc", 50m), ("cu", 1000m), ("cc", 1000m) })
                (await desk.Wallet(wallet).Define(new DefineCommand { Kind = "wallet", Id = wallet, Body = Tree.Wallet(wallet, limit, null, null, null), Actor = "test" }))
                    .Outcome.ShouldBeOneOf(DefineOutcome.Replaced, DefineOutcome.Unchanged);
            await desk.Wallet("wp").TopUp(new TopUpCommand { Reference = "t", Amount = 10, Actor = "test" });
            // One and two wallets down: 222 messages of 0.045, and a cent is left.
            (await Hold("s1", 100)).Quantity.ShouldBe(100);
            (await Hold("s2", 122)).Quantity.ShouldBe(122);
        });
        // One to wake who is asleep; then, with everybody awake, twenty without an instant in between.
        engine.Run(() => Send("first", UsageOutcome.InsufficientFunds));
        var before = clock.GetUtcNow();
        for (var number = 0; number < 20; number++)
        {
            var refused = engine.Start(() => Send($"e{number}", UsageOutcome.InsufficientFunds));
            engine.RunUntilIdle();
            refused.IsCompletedSuccessfully.ShouldBeTrue($"Refusal {number} waits for a clock: {refused.Exception}");
        }

        TwoAskOne(engine, desk);
        clock.GetUtcNow().ShouldBe(before);
        // What a hold gives up two wallets down is there for the next event.
        engine.Run(async () => (await desk.Subscription("s2").Hold(new HoldCommand { Verb = HoldVerb.Release, Id = "hold-s2" })).State.ShouldBe(BatchState.Decided));
        engine.Run(() => Send("last", UsageOutcome.Accepted));

        async Task<HoldView> Hold(string subscription, decimal quantity) => (await desk.Subscription(subscription).Hold(new HoldCommand
        {
            Verb = HoldVerb.Place, Id = $"hold-{subscription}", BodyHash = 1, ExpiresInSeconds = 600,
            Record = UsageClient.Content(new SentEvent(HoldDecider.Source, $"hold-{subscription}", desk.NowMicros, quantity, Tree.Meter, "FI"), "x"),
        })).Hold.ShouldNotBeNull();

        async Task Send(string id, UsageOutcome outcome)
        {
            var one = UsageClient.Pack([new SentEvent("/smsc", id, desk.NowMicros, 1, Tree.Meter, "FI")], "x");
            var answer = await desk.Subscription("s6").Record(new UsageBatch { Records = one, Count = 1 });
            ((UsageOutcome)answer.Outcomes[0]).ShouldBe(outcome);
        }
    }

    // Two wallets ask the same subscription at once: each is answered.
    static void TwoAskOne(SimulatedEngine engine, Desk desk)
    {
        for (var number = 0; number < 20; number++)
        {
            var refused = engine.Start(() => Task.WhenAll(TooMuch("wp", $"w{number}"), TooMuch("cc", $"w{number}")));
            engine.RunUntilIdle();
            refused.IsCompletedSuccessfully.ShouldBeTrue($"Withdrawal {number} waits for a clock: {refused.Exception}");
        }

        async Task TooMuch(string wallet, string reference)
        {
            var available = (await desk.Wallet(wallet).Balance(false)).Available;
            var command = new WithdrawCommand { Reference = reference, Amount = available + 0.01m, Actor = "test" };
            (await engine.Grains.GetGrain<IWalletDuties>(wallet).Withdraw(command)).Outcome.ShouldBe(WalletOutcome.Insufficient);
        }
    }
}
