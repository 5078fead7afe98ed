// What a person reads of a copy.
using System.Globalization;
using System.Text;
using OrleansBilling.Storage.Operating;

namespace OrleansBilling.Silo.Operating;

internal static class CopyText
{
    /// <summary>Tables with their rows, then from where and when.</summary>
    public static string Of(CopyResult done)
    {
        var text = new StringBuilder();
        foreach (var (table, rows) in done.Header.Tables.Zip(done.Trailer.Rows).Where(pair => pair.Second > 0))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {table.Name,-24} {rows,14:N0} rows");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {"all",-24} {done.Rows,14:N0} rows, {Size(done.Bytes)}, of {done.Header.Source} at {done.Header.Taken}");
        return text.ToString();
    }

    /// <summary>Bytes in a unit for people.</summary>
    public static string Size(long bytes) => bytes < 10_240 ? $"{bytes:N0} bytes" : bytes < 10_485_760 ? $"{bytes / 1024:N0} KB" : $"{bytes / 1_048_576:N0} MB";
}
