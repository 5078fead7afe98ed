// What is wrong with a definition, by field: collected in full, so that a caller mends everything in one go.
using System.Collections;

namespace OrleansBilling.Billing.Json;

/// <summary>Field path (<c>charges[0].unit_price</c>) → messages, in the order found. Empty: nothing is wrong.</summary>
public sealed class FieldErrors : IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>
{
    /// <summary>Beyond this many messages the rest is left out: a hostile body must not make a larger answer.</summary>
    public const int MessagesMax = 100;

    /// <summary>The name used when the fault is in the body as a whole.</summary>
    public const string WholeBody = "body";

    private readonly Dictionary<string, List<string>> byField = new(StringComparer.Ordinal);
    private readonly List<string> order = [];
    private int messages;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsEmpty => messages == 0;

    /// <summary>One entry for a single fault.</summary>
    public static FieldErrors Of(string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return errors;
    }

    /// <summary>Adds a message; says nothing twice.</summary>
    public void Add(string field, string message)
    {
        if (messages >= MessagesMax) return;
        if (!byField.TryGetValue(field, out var list))
        {
            byField.Add(field, list = []);
            order.Add(field);
        }
        if (list.Contains(message)) return;
        list.Add(message);
        messages++;
    }

    /// <summary>Adds all of another.</summary>
    public void Add(FieldErrors others)
    {
        foreach (var (field, list) in others)
            foreach (var message in list) Add(field, message);
    }

    /// <summary>The messages of a field; empty when it is fine.</summary>
    public IReadOnlyList<string> this[string field] => byField.TryGetValue(field, out var list) ? list : [];

    /// <summary>As problem+json wants them.</summary>
    public IDictionary<string, string[]> ToDictionary() => order.ToDictionary(field => field, field => byField[field].ToArray(), StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<string>>> GetEnumerator()
    {
        foreach (var field in order) yield return new(field, byField[field]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One line a message.</summary>
    public override string ToString() => string.Join('\n', this.SelectMany(entry => entry.Value.Select(message => $"{entry.Key}: {message}")));
}
