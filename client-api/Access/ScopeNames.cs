// Scopes as the words of the API.
using System.Collections.Frozen;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Words ↔ flags.</summary>
public static class ScopeNames
{
    private static readonly FrozenDictionary<string, Scopes> ByName = new Dictionary<string, Scopes>
    {
        ["usage:write"] = Scopes.UsageWrite,
        ["usage:read"] = Scopes.UsageRead,
        ["billing:read"] = Scopes.BillingRead,
        ["billing:write"] = Scopes.BillingWrite,
        ["admin"] = Scopes.Admin,
    }.ToFrozenDictionary();

    /// <summary>All words, in the order in which they are told.</summary>
    public static readonly string[] All = ["usage:write", "usage:read", "billing:read", "billing:write", "admin"];

    /// <summary>One word.</summary>
    public static bool TryRead(string word, out Scopes scope) => ByName.TryGetValue(word, out scope);

    /// <summary>Words as stored, separated by spaces. One that this version does not know gives nothing.</summary>
    public static Scopes Read(string words)
    {
        var scopes = Scopes.None;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (TryRead(word, out var scope)) scopes |= scope;
        return scopes;
    }

    /// <summary>As words.</summary>
    public static string Write(Scopes scopes) => string.Join(' ', All.Where(word => scopes.HasFlag(ByName[word])));
}
