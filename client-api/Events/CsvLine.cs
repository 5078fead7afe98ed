// A line of CSV (RFC 4180) that no spreadsheet takes for a formula.
using System.Buffers;
using System.Text;

namespace OrleansBilling.ClientApi.Events;

internal static class CsvLine
{
    /// <summary>Every cell is quoted; text that a spreadsheet would run gets a leading apostrophe. Our numbers are never negative here.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, params ReadOnlySpan<string> cells)
    {
        for (var index = 0; index < cells.Length; index++)
        {
            var cell = cells[index];
            if (cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n')
                cell = "'" + cell;
            buffer.Write(Encoding.UTF8.GetBytes($"{(index == 0 ? "" : ",")}\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        }

        buffer.Write("\r\n"u8);
    }
}
