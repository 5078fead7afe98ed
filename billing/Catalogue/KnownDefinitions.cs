// Definitions that a caller has fetched, so that cross-references are checked by a pure function.
namespace OrleansBilling.Billing.Catalogue;

/// <summary>Looked up by kind and id. "Looked up and absent" is knowledge too.</summary>
public sealed class KnownDefinitions
{
    private readonly Dictionary<(string Kind, string Id), object?> byKey = [];

    /// <summary>Adds what was fetched; null: there is none.</summary>
    public void Add(string kind, string id, object? definition) => byKey[(kind, id)] = definition;

    /// <summary>Whether it was looked up.</summary>
    public bool IsKnown(string kind, string id) => byKey.ContainsKey((kind, id));

    /// <summary>The definition, or null.</summary>
    public T? Find<T>(string kind, string id) where T : class => byKey.GetValueOrDefault((kind, id)) as T;

    /// <summary>The first that exists of several kinds, or null.</summary>
    public object? FindAny(IReadOnlyList<string> kinds, string id) =>
        kinds.Select(kind => byKey.GetValueOrDefault((kind, id))).FirstOrDefault(found => found is not null);
}

/// <summary>A field that names another definition, of one of some kinds.</summary>
public sealed record Reference(string Field, string Id, IReadOnlyList<string> Kinds)
{
    /// <summary>A reference to one kind.</summary>
    public static Reference To(string field, string id, params string[] kinds) => new(field, id, kinds);
}
