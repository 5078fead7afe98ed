// A grain for what travels in messages: values, records, references, defaults, failures.
namespace OrleansBilling.Engine.Tests;

[Alias("test.INamed")]
public interface INamed : IGrainWithStringKey
{
    [Alias("Name")]
    Task<string> Name();
}

[Alias("test.ICounterGrain")]
public interface ICounterGrain : INamed
{
    [Alias("Add")]
    Task<int> Add(int by = 5, string? note = "default");

    [Alias("Twice")]
    ValueTask<int> Twice(int number);

    [Alias("Nothing")]
    ValueTask Nothing();

    [Alias("Scale")]
    Task<Shape> Scale(Shape shape, Amount by);

    [Alias("Keep")]
    Task Keep(Basket basket);

    [Alias("Kept")]
    Task<Basket> Kept();

    [Alias("Bytes")]
    Task<ReadOnlyMemory<byte>> Bytes(ReadOnlyMemory<byte> bytes);

    [Alias("Meet")]
    Task<int> Meet(Introduction introduction);

    [Alias("Me")]
    Task<Introduction> Me();

    [Alias("Fail")]
    Task Fail(int code, bool later);

    [Alias("FailWithNothing")]
    ValueTask<int> FailWithNothing();
}

[GrainType("test-counter")]
public sealed class CounterGrain : Grain, ICounterGrain
{
    int count;
    Basket kept = new();

    public Task<string> Name() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<int> Add(int by, string? note)
    {
        count += note == "default" ? by : by * 100;
        return Task.FromResult(count);
    }

    public ValueTask<int> Twice(int number) => new(number * 2);

    public async ValueTask Nothing() => await Task.Yield();

    public Task<Shape> Scale(Shape shape, Amount by) => Task.FromResult<Shape>(shape switch
    {
        Circle circle => circle with { Radius = circle.Radius * by.Value },
        Square square => square with { Side = square.Side * by.Value },
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    });

    public Task Keep(Basket basket)
    {
        kept = basket;
        return Task.CompletedTask;
    }

    public Task<Basket> Kept() => Task.FromResult(kept);

    public Task<ReadOnlyMemory<byte>> Bytes(ReadOnlyMemory<byte> bytes) => Task.FromResult(bytes);

    public Task<int> Meet(Introduction introduction) => introduction.Whom.Add(7);

    public Task<Introduction> Me() => Task.FromResult(new Introduction { Whom = this.AsReference<ICounterGrain>() });

    public async Task Fail(int code, bool later)
    {
        if (later) await Task.Yield();
        throw new RefusedException("refused", code);
    }

    public ValueTask<int> FailWithNothing() => throw new InvalidOperationException("at once");
}
