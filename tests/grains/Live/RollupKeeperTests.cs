// What sums say of moves before they have compared themselves with the journal.
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Live;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Live;

namespace OrleansBilling.GrainsTests.Live;

public sealed class RollupKeeperTests
{
    [Fact]
    public async Task kept_sums_say_that_they_may_know_of_every_move_that_is_counted_after_a_start()
    {
        var cancel = TestContext.Current.CancellationToken;
        var services = new RollupServices(DispatchProxy.Create<IRollupStore, KeptSums>(), DispatchProxy.Create<IDefinitionStore, TwoMoves>(), null!,
            new BillingClock(TimeProvider.System), NullLogger<RollupKeeper>.Instance);
        var keeper = new RollupKeeper("nordreach", services);
        (await keeper.Open(cancel)).ShouldBeTrue();
        // Nothing moves the comparison on, so this is what is told when it takes too long.
        var answer = await keeper.Read(null);
        (answer.Known, answer.Moves).ShouldBe((true, 2));
    }

    /// <summary>Many subscriptions, and sums that were kept before the server ended.</summary>
    public class KeptSums : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IRollupStore.CountChildren) => Task.FromResult(Limits.FanOutSubscriptions + 1),
            nameof(IRollupStore.Load) => Task.FromResult<ReadOnlyMemory<byte>?>(new UsageRollup { AsOfMicros = 1 }.Write()),
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }

    /// <summary>A store in which parties were moved twice.</summary>
    public class TwoMoves : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IDefinitionStore.Get)
            && args is [DefinitionKinds.Moves, ..]
            ? Task.FromResult<Definition?>(new Definition(DefinitionKinds.Moves, (string)args[1]!, 2, 0, null, "{}", Instant.MinValue))
            : throw new NotSupportedException(targetMethod.Name);
    }
}
