// The words on a line: "Pro – monthly fee, May 2025", "SMS segments, country FI", "late usage May 2025: …".
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Documents;

/// <summary>English and invariant: a document that is made again must read the same.</summary>
public static class LineDescription
{
    private static readonly FrozenDictionary<string, string> Lengths = new Dictionary<string, string>
    {
        ["day"] = "daily", ["week"] = "weekly", ["semi_month"] = "half-monthly", ["month"] = "monthly", ["quarter"] = "quarterly", ["year"] = "yearly",
    }.ToFrozenDictionary();

    /// <summary>The description of a line.</summary>
    public static string Of(SealedLine line, LineSource source)
    {
        var text = source.Charge switch
        {
            RecurringCharge fee => Fee(line, source.PlanName, fee),
            OneTimeCharge once => $"{once.Description ?? $"{source.PlanName} – one-time fee"}, {Days(line.From, line.To)}",
            DiscountCharge discount => discount.Description!,
            PackageCharge package => string.Create(CultureInfo.InvariantCulture,
                $"Package of {package.Quantity:#,##0.##########} {Words(package.Meter, source.Meter?.Unit)}"),
            UsageCharge usage when line.Kind == "allowance" => Usage(usage with { Included = 0 }, source.Meter) + ", from packages",
            UsageCharge usage when line.Kind == "rollover" => Usage(usage with { Included = 0 }, source.Meter) + ", rolled over",
            UsageCharge usage when line.Kind == "pool" => Usage(usage with { Included = 0 }, source.Meter) + ", of the months paid ahead",
            UsageCharge usage when line.Kind == "recurring" => $"{Usage(usage, source.Meter)}, minimum or base price, {MonthOf(line.OriginalPeriod)}",
            UsageCharge { Surcharge: { } kind } usage => usage.Description ?? $"{Usage(usage, source.Meter)}, surcharge {kind.Replace('_', ' ')}",
            UsageCharge usage => Usage(usage, source.Meter),
            _ => source.PlanName,
        };
        // Named events have another price for the same units.
        if (line is { Late: true, Kind: "usage", Quantity: 0 })
            return $"price correction {MonthOf(line.OriginalPeriod)}: {text}";
        return line.Late ? $"late usage {MonthOf(line.OriginalPeriod)}: {text}" : text;
    }

    /// <summary><c>2025-05</c> → <c>May 2025</c>; <c>2025-05-05</c>, the first day of another period → <c>5 May 2025</c>.</summary>
    public static string MonthOf(string label)
    {
        if (LocalDatePattern.Iso.Parse(label) is { Success: true } first)
            return first.Value.ToString("d MMMM uuuu", CultureInfo.InvariantCulture);
        var month = int.Parse(label.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture);
        return $"{CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)} {label[..4]}";
    }

    private static string Fee(SealedLine line, string plan, RecurringCharge fee)
    {
        var name = fee.Description ?? $"{plan} – {Lengths.GetValueOrDefault(fee.Every, fee.Every)} fee";
        if (line.Kind == Accounts.Ledgers.Prepayment) return $"{name}, {line.Quantity:0} in advance, {Days(line.From, line.To)}";
        if (line.Kind == "penalty") return $"{name}, ended before its minimum term";
        var days = line.Kind == "credit" ? $"credit for {Days(line.From, line.To)}" : Days(line.From, line.To);
        // The whole month has a name; anything else is told by its days.
        var whole = fee is { Every: "month", AlignedTo: "calendar" } && (line.Amount == fee.Price || line.Kind == "prepaid") && line.OriginalPeriod.Length == 7;
        var of = whole ? MonthOf(line.OriginalPeriod) : days;
        return line.Kind == "prepaid" ? $"{name}, {of}, prepaid {PrepaidFee.PartOf(line.Charge)}" : $"{name}, {of}";
    }

    private static string Usage(UsageCharge charge, Meter? meter)
    {
        var text = new StringBuilder(charge.Description ?? Words(charge.Meter, meter?.Unit));
        if (charge.Description is null)
            foreach (var (dimension, value) in InOrder(charge.Match, meter)) text.Append($", {dimension.Replace('_', ' ')} {value}");
        if (charge.Fallback) text.Append(", network not listed");
        if (charge.Included > 0) text.Append(CultureInfo.InvariantCulture, $" ({charge.Included:0.##########} included)");
        return text.ToString();
    }

    /// <summary><c>sms.mt.segment</c> and <c>segment</c> → <c>SMS segments</c>: mobile terminated is what everybody means by an SMS.</summary>
    private static string Words(string meter, string? unit)
    {
        var parts = meter.Split('.', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "mt").ToList();
        if (parts.Count == 0) return meter;
        unit ??= parts[^1];
        if (parts.Count > 1 && parts[^1] == unit) parts.RemoveAt(parts.Count - 1);
        var subject = string.Join(' ', parts.Select(part => part.Length <= 3 ? part.ToUpperInvariant() : part.Replace('_', ' ')));
        var capital = char.ToUpperInvariant(subject[0]) + subject[1..];
        return string.Equals(subject, unit, StringComparison.OrdinalIgnoreCase) ? Plural(capital) : $"{capital} {Plural(unit)}";
    }

    private static string Plural(string unit) =>
        unit.EndsWith('s') ? unit : unit.EndsWith('y') && unit.Length > 1 && !"aeiou".Contains(unit[^2]) ? unit[..^1] + "ies" : unit + "s";

    private static IEnumerable<KeyValuePair<string, string>> InOrder(Dictionary<string, string> match, Meter? meter) =>
        match.OrderBy(pair => meter is null ? 0 : Array.IndexOf(meter.Dimensions, pair.Key)).ThenBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary><c>12–31 May 2025</c>, or both dates in full.</summary>
    private static string Days(LocalDate from, LocalDate to)
    {
        var end = to.ToString("d MMMM uuuu", CultureInfo.InvariantCulture);
        if (from == to) return end;
        if (from.ToYearMonth() == to.ToYearMonth()) return $"{from.Day.ToString(CultureInfo.InvariantCulture)}–{end}";
        return $"{from.ToString("d MMMM uuuu", CultureInfo.InvariantCulture)} – {end}";
    }
}
