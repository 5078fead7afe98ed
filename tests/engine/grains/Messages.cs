// Messages of the tests: records, a hierarchy, a value, a list, a reference to a grain.
namespace OrleansBilling.Engine.Tests;

[GenerateSerializer, Alias("test.Shape")]
public abstract record Shape;

[GenerateSerializer, Alias("test.Circle")]
public sealed record Circle(decimal Radius) : Shape;

[GenerateSerializer, Alias("test.Square")]
public sealed record Square : Shape
{
    [Id(0)]
    public required decimal Side { get; init; }
}

[GenerateSerializer, Alias("test.Amount")]
public readonly record struct Amount(decimal Value, string Currency);

[GenerateSerializer, Alias("test.Basket")]
public sealed record Basket
{
    [Id(0)]
    public List<string> Items { get; init; } = [];

    [Id(1)]
    public Dictionary<string, Amount> Prices { get; init; } = [];
}

[GenerateSerializer, Alias("test.Introduction")]
public sealed record Introduction
{
    [Id(0)]
    public required ICounterGrain Whom { get; init; }
}

[GenerateSerializer, Alias("test.RefusedException")]
public sealed class RefusedException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; } = code;
}
