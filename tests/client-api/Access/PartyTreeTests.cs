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
        var tree = new PartyTree(DispatchProxy.Create<IDefinitionStore, ThreeMoves>(), new BillingClock(TimeProvider.System), TimeProvider.System);
        (await tree.Moves(cancel)).ShouldBe(3);
        (await tree.Moves(cancel)).ShouldBe(3);
    }

    /// <summary>A store in which parties were moved three times.</summary>
    public class ThreeMoves : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IDefinitionStore.Get)
            && args is [DefinitionKinds.Moves, ..]
            ? Task.FromResult<Definition?>(new Definition(DefinitionKinds.Moves, (string)args[1]!, 3, 0, null, "{}", Instant.MinValue))
            : throw new NotSupportedException(targetMethod.Name);
    }
}
