// The members of a CloudEvent that billing reads.
using System.Text.Json;

namespace OrleansBilling.ClientApi.Events;

internal enum EnvelopeMember
{
    SpecVersion,
    Id,
    Source,
    Type,
    Subject,
    Time,
    Data,
    DataBase64,
    DataContentType,
    Extension,
}

internal struct Envelope
{
    public ReadOnlyMemory<byte> Id;
    public ReadOnlyMemory<byte> Source;
    public ReadOnlyMemory<byte> Type;
    public ReadOnlyMemory<byte> Subject;
    public long TimeMicros;
    public decimal Quantity;
    private int seen;
    private int nulls;

    /// <summary>False when it was seen before.</summary>
    public bool Saw(EnvelopeMember member)
    {
        var first = (seen & (1 << (int)member)) == 0;
        seen |= 1 << (int)member;
        return first;
    }

    public void IsNull(EnvelopeMember member) => nulls |= 1 << (int)member;

    public readonly bool Has(EnvelopeMember member) => (seen & ~nulls & (1 << (int)member)) != 0;
}

internal static class EnvelopeMembers
{
    public static ReadOnlySpan<EnvelopeMember> Required =>
        [EnvelopeMember.SpecVersion, EnvelopeMember.Id, EnvelopeMember.Source, EnvelopeMember.Type, EnvelopeMember.Subject, EnvelopeMember.Time];

    public static EnvelopeMember Of(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
            return OfEscaped(ref reader);
        var name = reader.ValueSpan;
        return name.Length switch
        {
            2 when name.SequenceEqual("id"u8) => EnvelopeMember.Id,
            4 when name.SequenceEqual("time"u8) => EnvelopeMember.Time,
            4 when name.SequenceEqual("type"u8) => EnvelopeMember.Type,
            4 when name.SequenceEqual("data"u8) => EnvelopeMember.Data,
            6 when name.SequenceEqual("source"u8) => EnvelopeMember.Source,
            7 when name.SequenceEqual("subject"u8) => EnvelopeMember.Subject,
            11 when name.SequenceEqual("specversion"u8) => EnvelopeMember.SpecVersion,
            11 when name.SequenceEqual("data_base64"u8) => EnvelopeMember.DataBase64,
            15 when name.SequenceEqual("datacontenttype"u8) => EnvelopeMember.DataContentType,
            _ => EnvelopeMember.Extension,
        };
    }

    // "\u0069d" is "id".
    private static EnvelopeMember OfEscaped(ref Utf8JsonReader reader)
    {
        for (var member = EnvelopeMember.SpecVersion; member < EnvelopeMember.Extension; member++)
        {
            if (reader.ValueTextEquals(Name(member)))
                return member;
        }

        return EnvelopeMember.Extension;
    }

    public static string Name(EnvelopeMember member) => member switch
    {
        EnvelopeMember.DataBase64 => "data_base64",
        _ => member.ToString().ToLowerInvariant(),
    };
}
