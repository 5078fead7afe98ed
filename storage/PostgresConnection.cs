// Whether what a person gave is a connection string.
using Npgsql;

namespace OrleansBilling.Storage;

/// <summary>Looks at the text only; whether a server answers shows at the start.</summary>
public static class PostgresConnection
{
    /// <summary>What is wrong with a PostgreSQL connection string, as half a sentence; null: it can be read.</summary>
    public static string? Fault(string given)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(given).Host) ? "it names no Host" : null;
        }
        catch (ArgumentException fault)
        {
            return fault.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
        }
    }
}
