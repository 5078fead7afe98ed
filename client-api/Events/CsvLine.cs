// A line of CSV (RFC 4180) that no spreadsheet takes for a formula.
using System.Buffers;
using System.Text;

namespace OrleansBilling.ClientApi.Events;

internal static class CsvLine
{
    // With their full-width forms, which some spreadsheets take for the same.
    private const string Starts = "=+-@\t\r\n＝＋－＠";

    /// <summary>Every cell is quoted; text that a spreadsheet would run gets a leading apostrophe, but for our own number.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, int number, params ReadOnlySpan<string> cells) =>
        Write(buffer, number < 0 ? 0..0 : number..(number + 1), cells);

    /// <summary>The same with several numbers of ours.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, Range numbers, params ReadOnlySpan<string> cells)
    {
        Span<bool> isNumber = stackalloc bool[numbers.End.Value];
        isNumber[numbers].Fill(true);
        Write(buffer, isNumber, cells);
    }

    /// <summary>The same, said of each column; those behind the last are text.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, ReadOnlySpan<bool> isNumber, params ReadOnlySpan<string> cells)
    {
        for (var index = 0; index < cells.Length; index++)
        {
            var cell = cells[index];
            if (!(index < isNumber.Length && isNumber[index]) && cell.Length > 0 && Starts.Contains(cell[0], StringComparison.Ordinal))
                cell = "'" + cell;
            buffer.Write(Encoding.UTF8.GetBytes($"{(index == 0 ? "" : ",")}\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        }

        buffer.Write("\r\n"u8);
    }
}
