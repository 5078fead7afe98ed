// Broken contracts that the rules must catch. Their attributes are look-alikes, so that no engine takes them for real ones.
namespace OrleansBilling.HouseTests.Contracts.Examples;

public sealed class GenerateSerializerAttribute : Attribute;

public sealed class AliasAttribute(string alias) : Attribute
{
    public string Alias => alias;
}

public sealed class IdAttribute(uint id) : Attribute
{
    public uint Id => id;
}

public sealed class NoAttributes { public int A { get; set; } }

[GenerateSerializer, Alias("ob.test.NotSealed")]
public class NotSealed;

[GenerateSerializer, Alias("Wrong")]
public sealed class WrongAlias;

[GenerateSerializer, Alias("ob.test.Same")]
public sealed class SameIdTwice
{
    [Id(0)] public int A { get; set; }
    [Id(0)] public NotSealed[] B { get; set; } = [];
}

[GenerateSerializer, Alias("ob.test.Same")]
public sealed class SameAlias;

public interface INoAliases
{
    int F();
}

public interface ICarrier
{
    Task<SameIdTwice[]> F(string text, CancellationToken cancel);
}

[Alias("ob.test.ITooMany")]
public interface ITooMany
{
    [Alias("A")] Task A(CancellationToken cancel);
    [Alias("B")] Task B(CancellationToken cancel);
    [Alias("C")] Task C(CancellationToken cancel);
    [Alias("D")] Task D(CancellationToken cancel);
    [Alias("E")] Task E(CancellationToken cancel);
    [Alias("F")] Task F(CancellationToken cancel);
    [Alias("G")] Task G(CancellationToken cancel);
    [Alias("H")] Task H(CancellationToken cancel);
}
