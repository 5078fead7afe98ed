// All definitions of a parent, page by page.
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;

namespace OrleansBilling.Storage.Definitions;

/// <summary>For who goes through all of them and holds one page at a time.</summary>
public static class DefinitionPages
{
    /// <summary>Of one kind, by id.</summary>
    public static async IAsyncEnumerable<Definition> Children(this IDefinitionStore store, string kind, string parent,
        [EnumeratorCancellation] CancellationToken cancel, string? after = null)
    {
        while (true)
        {
            var page = await store.List(kind, parent, after, Limits.PageMax, cancel);
            foreach (var definition in page) yield return definition;
            if (page.Count < Limits.PageMax)
                yield break;
            after = page[^1].Id;
        }
    }
}
