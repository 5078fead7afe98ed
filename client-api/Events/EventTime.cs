// RFC 3339 instants and plain decimals from UTF-8 bytes, exact and without strings.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Events;

/// <summary>RFC 3339 (section 5.6) with an offset; digits beyond the microsecond are cut off.</summary>
internal static class EventTime
{
    private const int OffsetHoursMax = 18;

    public static bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':')
            return false;
        if (!Digits(text[..4], out var year) || !Digits(text.Slice(5, 2), out var month) || !Digits(text.Slice(8, 2), out var day)
            || !Digits(text.Slice(11, 2), out var hour) || !Digits(text.Slice(14, 2), out var minute) || !Digits(text.Slice(17, 2), out var second))
            return false;
        if (year is < 1970 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var rest = text[19..];
        if (!Fraction(ref rest, out var fraction) || !Offset(rest, out var offsetMinutes))
            return false;
        var seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        micros = ((seconds - (offsetMinutes * 60L)) * 1_000_000) + fraction;
        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int micros)
    {
        micros = 0;
        if (rest.Length == 0 || rest[0] != '.')
            return true;
        var at = 1;
        for (var unit = 100_000; at < rest.Length && rest[at] is >= (byte)'0' and <= (byte)'9'; at++, unit /= 10)
            micros += (rest[at] - '0') * unit;
        var any = at > 1;
        rest = rest[at..];
        return any;
    }

    private static bool Offset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.Length == 1)
            return (rest[0] | 0x20) == 'z';
        if (rest.Length != 6 || rest[3] != ':' || rest[0] is not ((byte)'+' or (byte)'-'))
            return false;
        if (!Digits(rest.Slice(1, 2), out var hours) || !Digits(rest.Slice(4, 2), out minutes) || hours > OffsetHoursMax || minutes > 59)
            return false;
        minutes += hours * 60;
        if (rest[0] == '-')
            minutes = -minutes;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}

/// <summary>Digits, and maybe a point and more digits: no sign and no exponent, within the bounds of every price and quantity.</summary>
internal static class EventNumber
{
    private const int WholeDigitsMax = 12;
    private const int ShortDigitsMax = 18;

    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        while (text.Length > 1 && text[0] == '0' && text[1] != '.')
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var places = point < 0 ? default : text[(point + 1)..];
        if (whole.Length is 0 or > WholeDigitsMax || places.Length > FieldChecks.PlacesMax || (places.IsEmpty && point >= 0))
            return false;
        if (!Digits(whole, out var wholes) || !Digits(places, out var parts))
            return false;
        value = whole.Length + places.Length <= ShortDigitsMax
            ? Scaled((wholes * PowerOfTen(places.Length)) + parts, places.Length)
            : Scaled(wholes, 0) + Scaled(parts, places.Length);
        return true;
    }

    private static decimal Scaled(long digits, int places) => new(unchecked((int)digits), (int)(digits >> 32), 0, false, (byte)places);

    private static long PowerOfTen(int exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
