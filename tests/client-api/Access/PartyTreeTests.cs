// What a process knows of moves before it has looked for the first time.
using System.Reflection;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Access;

public sealed class PartyTreeTests
{
    [Fact]
    public async Task a_tree_that_has_not_looked_yet_looks_before_it_says_how_many_moves_there_were()
    {
        var cancel = TestContext.Current.CancellationToken;
        var store = DispatchProxy.Create<IDefinitionStore, ThreeMoves>();
        var tree = new PartyTree(store, new BillingClock(TimeProvider.System), TimeProvider.System);
        // The store takes its time: who comes second must not be told that there were none.
        var (first, second) = (tree.Moves(cancel).AsTask(), tree.Moves(cancel).AsTask());
        ((ThreeMoves)(object)store).Answer.SetResult();
        (await first, await second).ShouldBe((3, 3));
    }

    /// <summary>A store in which parties were moved three times.</summary>
    public class ThreeMoves : DispatchProxy
    {
        public TaskCompletionSource Answer { get; } = new();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IDefinitionStore.Get)
            && args is [DefinitionKinds.Moves, string id, ..] ? Counted(id) : throw new NotSupportedException(targetMethod.Name);

        async Task<Definition?> Counted(string id)
        {
            await Answer.Task;
            return new Definition(DefinitionKinds.Moves, id, 3, 0, null, "{}", Instant.MinValue);
        }
    }
}
