// Contract types, grain interfaces and grain classes carry what both engines need; what they carry is approved.
using System.Reflection;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.HouseTests.Contracts.Examples;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Contracts;

public sealed class ContractTests
{
    const string ApprovedPath = "tests/house/contracts.approved.txt";

    static readonly Type[] Interfaces = [.. typeof(BillingClock).Assembly.GetTypes().Where(type => type.IsGrainInterface())];
    static readonly Type[] Messages =
    [
        .. Contract.Messages(Interfaces).Union(typeof(BillingClock).Assembly.GetTypes().Where(type => type.Has("GenerateSerializer")))
            .Where(type => !type.FullName!.Contains("OrleansCodeGen", StringComparison.Ordinal))
            .OrderBy(type => type.Alias() ?? type.Name, StringComparer.Ordinal)
    ];
    static readonly Type[] Grains =
    [
        .. Assembly.Load("OrleansBilling.Grains").GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && Array.Exists(type.GetInterfaces(), parent => parent.IsGrainInterface()))
    ];

    [Fact]
    public void there_are_contracts_to_check() => (Interfaces.Length, Messages.Length, Grains.Length).ShouldSatisfyAllConditions(
        found => found.Item1.ShouldBeGreaterThan(2), found => found.Item2.ShouldBeGreaterThan(5), found => found.Item3.ShouldBeGreaterThan(2));

    [Fact]
    public void messages_carry_what_the_wire_needs() =>
        Rule.Holds("message", Messages.SelectMany(ContractRules.Message).Concat(ContractRules.Unique([.. Messages, .. Interfaces])));

    [Fact]
    public void interfaces_carry_what_the_wire_needs() => Rule.Holds("grain-interface", Interfaces.SelectMany(ContractRules.Interface));

    [Fact]
    public void grain_classes_name_their_stored_identity() => Rule.Holds("grain-type", Grains.SelectMany(ContractRules.GrainClass));

    [Fact]
    public void nothing_of_the_contract_changes_unseen()
    {
        var now = ContractText.Write(Interfaces, Messages, Grains);
        var path = Path.Combine(Sources.Root, ApprovedPath);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(path, now);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (now == approved) return;
        var gone = approved.Split('\n').Except(now.Split('\n')).Select(line => "- " + line.TrimEnd());
        var come = now.Split('\n').Except(approved.Split('\n')).Select(line => "+ " + line.TrimEnd());
        Assert.Fail($"{ApprovedPath} says otherwise:\n{string.Join("\n", gone.Concat(come))}\n"
            + "If that is meant: APPROVE=1 ./test house, and read the difference before it is committed.");
    }

    [Fact]
    public void every_message_is_pinned_by_its_bytes() =>
        Rule.Holds("pinned", PinnedBytes.Missing(Messages, File.ReadLines(Path.Combine(Sources.Root, PinnedBytes.Path))));

    [Fact]
    public void messages_that_are_new_or_have_grown_are_not_pinned()
    {
        Type[] message = [typeof(SameIdTwice)];
        PinnedBytes.Missing(message, ["ob.test.Same\t00\t0=1", "ob.test.Same\t01\t0=1|0=[2]"]).ShouldBeEmpty();
        PinnedBytes.Missing(message, ["ob.test.Same\t00\t0=1"]).ShouldHaveSingleItem().What.ShouldContain("ob.test.Same");
        PinnedBytes.Missing(message, ["# ob.test.Same\t00\t0=1|0=2"]).Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(typeof(NoAttributes), 3)]
    [InlineData(typeof(NotSealed), 1)]
    [InlineData(typeof(WrongAlias), 1)]
    [InlineData(typeof(SameIdTwice), 1)]
    [InlineData(typeof(List<int>), 5)]
    public void a_broken_message_is_caught(Type type, int findings) => ContractRules.Message(type).Count().ShouldBe(findings);

    [Fact]
    public void broken_interfaces_are_caught()
    {
        ContractRules.Interface(typeof(INoAliases)).Select(finding => finding.What).ShouldBe(
        [
            "INoAliases needs [Alias(\"ob.…\")].", "INoAliases method F needs [Alias].", "INoAliases method F needs a CancellationToken last.",
            "INoAliases method F must return a task."
        ]);
        ContractRules.Interface(typeof(ITooMany)).ShouldHaveSingleItem().What.ShouldContain("8 methods");
        ContractRules.GrainClass(typeof(NoAttributes)).Count().ShouldBe(1);
        ContractRules.Unique([typeof(SameIdTwice), typeof(SameAlias)]).Count().ShouldBe(1);
    }

    [Fact]
    public void messages_are_found_inside_what_carries_them() =>
        Contract.Messages([typeof(ICarrier)]).ShouldBe([typeof(SameIdTwice), typeof(NotSealed)], ignoreOrder: true);

    [Fact]
    public void a_changed_id_changes_the_text() =>
        ContractText.Write([], [typeof(SameIdTwice)], []).ShouldContain("message ob.test.Same 0 A Int32\nmessage ob.test.Same 0 B ob.test.NotSealed[]\n");
}
