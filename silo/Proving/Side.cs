// Several readings that are ordered by the same name, walked side by side.
namespace OrleansBilling.Silo.Proving;

/// <summary>A reading whose next name can be looked at.</summary>
internal interface ISide
{
    /// <summary>The name that comes next, or null: there is no more.</summary>
    ValueTask<string?> Next();
}

/// <summary>Rows in order of a name; one is read ahead.</summary>
internal sealed class Side<T>(IAsyncEnumerable<T> source, Func<T, string> nameOf) : ISide, IAsyncDisposable where T : class
{
    private readonly IAsyncEnumerator<T> reading = source.GetAsyncEnumerator();
    private T? ahead;
    private bool begun;

    /// <summary>Every name that any of the readings has, in their order. Between two names, the rows of the first must have been taken.</summary>
    public static async IAsyncEnumerable<string> Keys(params ISide[] sides)
    {
        while (true)
        {
            string? first = null;
            foreach (var side in sides)
            {
                if (await side.Next() is { } name && (first is null || string.CompareOrdinal(name, first) < 0))
                    first = name;
            }

            if (first is null)
                yield break;
            yield return first;
        }
    }

    public async ValueTask<string?> Next()
    {
        if (!begun)
            await Step();
        return ahead is null ? null : nameOf(ahead);
    }

    /// <summary>The rows of a name that has come.</summary>
    public async IAsyncEnumerable<T> Of(string name)
    {
        while (await Next() == name)
        {
            var one = ahead!;
            await Step();
            yield return one;
        }
    }

    public ValueTask DisposeAsync() => reading.DisposeAsync();

    private async Task Step()
    {
        begun = true;
        ahead = await reading.MoveNextAsync() ? reading.Current : null;
    }
}
