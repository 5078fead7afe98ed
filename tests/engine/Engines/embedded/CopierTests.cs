// The message copier: what is copied, what is shared, what is refused.
using System.Collections.Immutable;
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class CopierTests
{
    readonly MessageCopier copier = new();

    [GenerateSerializer, Alias("copier.Node")]
    public sealed class Node
    {
        [Id(0)]
        public Node? Other { get; set; }

        [Id(1)]
        public int[] Numbers { get; init; } = [];
    }

    [GenerateSerializer, Immutable, Alias("copier.Frozen")]
    public sealed record Frozen([property: Id(0)] string[] Names);

    public sealed class Unmarked;

    [Fact]
    public void values_and_strings_stay_as_they_are()
    {
        copier.Copy(5).ShouldBe(5);
        copier.Copy(1.10m).ShouldBe(1.10m);
        copier.Copy("text").ShouldBeSameAs("text");
        copier.Copy<int?>(null).ShouldBeNull();
        copier.Copy(new DateOnly(2030, 1, 1)).ShouldBe(new DateOnly(2030, 1, 1));
    }

    [Fact]
    public void containers_are_copied_with_what_they_hold()
    {
        var list = new List<int[]> { new[] { 1 } };
        var copy = copier.Copy(list);
        copy[0].ShouldNotBeSameAs(list[0]);
        copy[0].ShouldBe([1]);
        var sets = copier.Copy(
            new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase) { ["A"] = new(StringComparer.OrdinalIgnoreCase) { "b" } });
        sets["a"].Contains("B").ShouldBeTrue();
        copier.Copy(new Queue<int>([1, 2])).ShouldBe([1, 2]);
        copier.Copy(new Stack<int>([1, 2])).ShouldBe([2, 1]);
        copier.Copy((new[] { 1 }, "x")).Item1.ShouldBe([1]);
        IReadOnlyList<int> expression = [1, 2, 3];
        copier.Copy(expression).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void bytes_are_copied()
    {
        var bytes = new byte[] { 1, 2 };
        var copy = copier.Copy<ReadOnlyMemory<byte>>(bytes);
        bytes[0] = 9;
        copy.ToArray().ShouldBe([1, 2]);
    }

    [Fact]
    public void one_object_stays_one_object_also_in_a_circle()
    {
        var node = new Node { Numbers = [1] };
        node.Other = new Node { Other = node };
        var copy = copier.Copy(node);
        copy.ShouldNotBeSameAs(node);
        copy.Numbers.ShouldNotBeSameAs(node.Numbers);
        copy.Other!.Other.ShouldBeSameAs(copy);
    }

    [Fact]
    public void what_is_marked_immutable_is_shared()
    {
        var frozen = new Frozen(["a"]);
        copier.Copy(frozen).ShouldBeSameAs(frozen);
        var numbers = ImmutableArray.Create(1);
        copier.Copy(numbers).ShouldBe(numbers);
    }

    [Fact]
    public void a_class_without_a_serializer_is_refused_as_on_orleans()
        => Should.Throw<NotSupportedException>(() => copier.Copy(new Unmarked())).Message.ShouldContain("Unmarked");
}
