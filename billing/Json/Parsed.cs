// The outcome of reading: a value, or everything that is wrong with the text.
using System.Diagnostics.CodeAnalysis;

namespace OrleansBilling.Billing.Json;

/// <summary>Either a value or field errors.</summary>
public sealed class Parsed<T> where T : class
{
    private Parsed(T? value, FieldErrors errors) => (Value, Errors) = (value, errors);

    /// <summary>The value, or null when there are errors.</summary>
    public T? Value { get; }

    /// <summary>What is wrong; empty when there is a value.</summary>
    public FieldErrors Errors { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Value is not null;

    /// <summary>Read well.</summary>
    public static Parsed<T> Good(T value) => new(value, new FieldErrors());

    /// <summary>Refused.</summary>
    public static Parsed<T> Bad(FieldErrors errors) => new(null, errors);
}
