// What a process keeps of the catalogue, and what it forgets when others write.
using System.Reflection;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.GrainsTests.Definitions;

public sealed class CatalogueTests
{
    private readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    private readonly IDefinitionStore store = DispatchProxy.Create<IDefinitionStore, OnePlan>();

    private OnePlan Plan => (OnePlan)(object)store;

    [Fact]
    public async Task a_revision_that_somebody_has_seen_is_seen_here()
    {
        var catalogue = new Catalogue(store);
        await catalogue.AtLeast(1, cancel);
        (await Name(catalogue)).ShouldBe("Plan 1");
        Plan.Revision = 2;
        (await Name(catalogue)).ShouldBe("Plan 1", "it is in memory, and nobody has said that there is a newer one");
        await catalogue.AtLeast(1, cancel);
        (await Name(catalogue)).ShouldBe("Plan 1");
        await catalogue.AtLeast(2, cancel);
        (await Name(catalogue)).ShouldBe("Plan 2");
        var (before, asked) = (catalogue.Revision, Plan.Asked);
        await catalogue.AtLeast(2, cancel);
        (catalogue.Revision, Plan.Asked).ShouldBe((before, asked), "nothing is dropped and nothing asked for what is known");
    }

    [Fact]
    public async Task what_was_read_before_the_first_look_at_the_revision_is_not_kept()
    {
        var catalogue = new Catalogue(store);
        (await Name(catalogue)).ShouldBe("Plan 1");
        Plan.Revision = 2;
        (await catalogue.Newest(cancel)).ShouldBe(2);
        (await Name(catalogue)).ShouldBe("Plan 2");
    }

    private async Task<string> Name(Catalogue catalogue) => (await catalogue.Find<Plan>(DefinitionKinds.Plan, "basic", cancel))!.Name;

    /// <summary>A store that has one plan, named after the revision, and counts how often it is asked for that.</summary>
    public class OnePlan : DispatchProxy
    {
        public long Revision { get; set; } = 1;
        public int Asked { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IDefinitionStore.CatalogueRevision):
                    Asked++;
                    return Task.FromResult(Revision);
                case nameof(IDefinitionStore.Get):
                    var body = $$"""{"name":"Plan {{Revision}}","currency":"EUR"}""";
                    return Task.FromResult<Definition?>(new Definition(DefinitionKinds.Plan, "basic", 1, 0, null, body, Instant.MinValue));
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }
    }
}
