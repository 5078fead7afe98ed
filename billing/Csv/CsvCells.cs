// The cells of one line of CSV (RFC 4180), strictly: what could be read in two ways is refused.
using System.Text;

namespace OrleansBilling.Billing.Csv;

/// <summary>
/// A row is a line: quoted cells hold no line breaks, so that a quote that never ends spoils its own line and not the rest of a file.
/// </summary>
public static class CsvCells
{
    /// <summary>Cells of one line.</summary>
    public const int CellsMax = 64;

    /// <summary>Characters of one line.</summary>
    public const int LineLengthMax = 4_096;

    /// <summary>Reads a line without its line end into <paramref name="cells"/>; answers what is wrong with it, or null.</summary>
    public static string? Read(ReadOnlySpan<char> line, List<string> cells)
    {
        cells.Clear();
        if (line.Length > LineLengthMax)
            return $"is longer than {LineLengthMax} characters";
        while (true)
        {
            if (cells.Count == CellsMax)
                return $"has more than {CellsMax} cells";
            var problem = line.StartsWith("\"") ? Quoted(ref line, out var cell) : Plain(ref line, out cell);
            if (problem is not null)
                return problem;
            cells.Add(cell);
            if (line.IsEmpty)
                return null;
            // What follows a cell is the comma in front of the next one, which may be empty.
            line = line[1..];
        }
    }

    private static string? Plain(ref ReadOnlySpan<char> line, out string cell)
    {
        var comma = line.IndexOf(',');
        var text = comma < 0 ? line : line[..comma];
        line = line[text.Length..];
        cell = text.ToString();
        return text.Contains('"') ? "has a quote inside a cell that is not quoted" : null;
    }

    private static string? Quoted(ref ReadOnlySpan<char> line, out string cell)
    {
        var text = new StringBuilder();
        line = line[1..];
        while (true)
        {
            cell = text.ToString();
            var quote = line.IndexOf('"');
            if (quote < 0)
                return "has a quote that never ends";
            text.Append(line[..quote]);
            line = line[(quote + 1)..];
            if (!line.StartsWith("\""))
                break;
            text.Append('"');
            line = line[1..];
        }

        cell = text.ToString();
        return line.IsEmpty || line[0] == ',' ? null : "has text behind a closing quote";
    }
}
