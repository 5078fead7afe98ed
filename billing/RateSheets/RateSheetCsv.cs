// Reads a rate sheet: CSV with a header, one network a line, every fault named by its line.
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Csv;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.RateSheets;

/// <summary>Columns <c>country, mccmnc, price, effective, cease</c> in any order; the last two may be missing or empty.</summary>
public static class RateSheetCsv
{
    private static readonly string[] Columns = ["country", "mccmnc", "price", "effective", "cease"];
    private const int RequiredColumns = 3;

    /// <summary>Reads the rows; those without a day begin with <paramref name="from"/>. With errors the rows are not to be used.</summary>
    public static (IReadOnlyList<RateRow> Rows, FieldErrors Errors) Read(string text, LocalDate from)
    {
        var (rows, errors, cells) = (new List<RateRow>(), new FieldErrors(), new List<string>());
        var seen = new Dictionary<(RateKey, LocalDate), int>();
        int[]? header = null;
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace())
                continue;
            var field = $"line {number}";
            if (CsvCells.Read(line, cells) is { } problem)
                errors.Add(field, problem);
            else if (header is not null && cells.Count != header.Length)
                errors.Add(field, $"has {cells.Count} cells, but the header has {header.Length}");
            else if (header is null)
                header = Header(cells, field, errors);
            else if (rows.Count == Limits.RateSheetRowsMax)
                errors.Add(field, $"is one too many: a sheet has at most {Limits.RateSheetRowsMax} rows");
            else if (Row(header, cells, number, from, field, errors) is { } row && IsNew(row, seen, field, errors))
                rows.Add(row);
            // Without a header no line means anything, and what is over the bound is not read.
            if (header is null || rows.Count == Limits.RateSheetRowsMax && !errors.IsEmpty)
                break;
        }

        if (header is null && errors.IsEmpty)
            errors.Add(FieldErrors.WholeBody, "is empty: its first line must be " + string.Join(',', Columns));
        return (rows, errors);
    }

    // Where each column stands; null and an error: it is no header.
    private static int[]? Header(List<string> cells, string field, FieldErrors errors)
    {
        var names = cells.ConvertAll(cell => cell.Trim());
        foreach (var name in names.Where(name => !Columns.Contains(name)))
            errors.Add(field, $"\"{name}\" is no column; there are {string.Join(", ", Columns)}");
        foreach (var column in Columns.Take(RequiredColumns).Where(column => !names.Contains(column)))
            errors.Add(field, $"lacks the column \"{column}\"");
        if (names.Distinct().Count() != names.Count)
            errors.Add(field, "has a column twice");
        return errors.IsEmpty ? [.. names.Select(name => Array.IndexOf(Columns, name))] : null;
    }

    private static RateRow? Row(int[] header, List<string> cells, int number, LocalDate from, string field, FieldErrors errors)
    {
        var values = new string[Columns.Length];
        for (var index = 0; index < header.Length; index++)
            values[header[index]] = cells[index].Trim();
        var (country, network) = (values[0], values[1]);
        var faults = new FieldErrors();
        if (country.Length != 2 || !country.All(char.IsAsciiLetterUpper))
            faults.Add(field, "country must be an ISO 3166-1 alpha-2 code, like FI");
        if (network is not ("" or "*") && (network.Length is not (5 or 6) || !network.All(char.IsAsciiDigit)))
            faults.Add(field, "mccmnc must be 5 or 6 digits, or empty or * for the default of the country");
        if (!decimal.TryParse(values[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price))
            faults.Add(field, "price must be a decimal like 0.0450");
        else
            CheckPrice(price, field, faults);
        var effective = Date(values[3], "effective", field, faults) ?? from;
        var cease = Date(values[4], "cease", field, faults);
        if (effective < from)
            faults.Add(field, "effective must not be before effective_from");
        if (cease <= effective)
            faults.Add(field, "cease must be after effective");
        errors.Add(faults);
        return faults.IsEmpty ? new RateRow(number, country, network is "" or "*" ? null : network, price, effective, cease) : null;
    }

    private static void CheckPrice(decimal price, string field, FieldErrors faults)
    {
        var checks = new FieldErrors();
        checks.Number("price", price);
        foreach (var message in checks["price"])
            faults.Add(field, "price " + message);
    }

    private static LocalDate? Date(string? text, string column, string field, FieldErrors faults)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var parsed = LocalDatePattern.Iso.Parse(text);
        if (!parsed.Success)
            faults.Add(field, $"{column} must be a date like 2025-06-01");
        return parsed.Success ? parsed.Value : null;
    }

    private static bool IsNew(RateRow row, Dictionary<(RateKey, LocalDate), int> seen, string field, FieldErrors errors)
    {
        if (seen.TryAdd((row.Key, row.Effective), row.Line))
            return true;
        errors.Add(field, $"prices {row.Key} from the same day as line {seen[(row.Key, row.Effective)]}");
        return false;
    }
}
