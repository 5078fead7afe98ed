// Typed parameters and column readers, so that a value means the same in both databases.
using System.Data;
using System.Data.Common;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;

namespace OrleansBilling.Storage.Databases;

static class Commands
{
    public static DbCommand Sql(this DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public static DbCommand With(this DbCommand command, string name, long? value) => command.Add(name, DbType.Int64, value);
    public static DbCommand With(this DbCommand command, string name, long value) => command.Add(name, DbType.Int64, value);
    public static DbCommand With(this DbCommand command, string name, int value) => command.Add(name, DbType.Int32, value);
    public static DbCommand With(this DbCommand command, string name, string? value) => command.Add(name, DbType.String, value);
    public static DbCommand With(this DbCommand command, string name, byte[] value) => command.Add(name, DbType.Binary, value);
    public static DbCommand With(this DbCommand command, string name, Instant? value) => command.With(name, value?.ToMicroseconds());
    public static DbCommand With(this DbCommand command, string name, LocalDate? value) => command.With(name, value?.ToText());

    public static DbCommand With(this DbCommand command, string name, decimal? value)
    {
        if (value is { } number) RequireStorable(number);
        return command.Add(name, DbType.Decimal, value);
    }

    /// <summary>Sets a parameter of a command that is executed many times.</summary>
    public static void Set(this DbCommand command, int index, object? value) => command.Parameters[index].Value = value ?? DBNull.Value;

    /// <summary>NUMERIC(28,10) would round further digits away without a word; money must not change on its way to the disk.</summary>
    public static decimal RequireStorable(decimal value)
    {
        if (decimal.Abs(value) > Limits.DecimalMagnitudeMax || (value.Scale > Limits.DecimalFractionDigitsMax && value * 10_000_000_000m % 1 != 0))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{value} does not fit into NUMERIC(28,10)."));
        return value;
    }

    /// <summary>PostgreSQL cannot store U+0000, and half a surrogate pair is no text: one such value must not spoil a whole batch.</summary>
    public static void RequireText(string? value, string name)
    {
        if (value is null) return;
        for (var i = 0; i < value.Length; i++)
        {
            var paired = char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            if (paired) i++;
            else if (value[i] == '\0' || char.IsSurrogate(value[i])) throw new ArgumentException($"{name} contains a character that cannot be stored.");
        }
    }

    // Microseconds, rounded down: what is recorded never lies after what happened.
    public static long ToMicroseconds(this Instant instant)
    {
        var (microseconds, rest) = Math.DivRem(instant.ToUnixTimeTicks(), 10);
        return rest < 0 ? microseconds - 1 : microseconds;
    }

    public static Instant ToInstant(this long microseconds) => Instant.FromUnixTimeTicks(microseconds * 10);
    public static string ToText(this LocalDate date) => LocalDatePattern.Iso.Format(date);
    public static LocalDate ToDate(this string text) => LocalDatePattern.Iso.Parse(text).GetValueOrThrow();

    public static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    public static Instant Moment(this DbDataReader reader, int column) => reader.GetInt64(column).ToInstant();
    public static Instant? MomentOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Moment(column);
    public static LocalDate Date(this DbDataReader reader, int column) => reader.GetString(column).ToDate();
    public static LocalDate? DateOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Date(column);
    public static decimal? DecimalOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDecimal(column);
    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static async Task<IReadOnlyList<T>> List<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var list = new List<T>();
        while (await reader.ReadAsync(cancel)) list.Add(read(reader));
        return list;
    }

    public static async Task<T?> First<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancel) where T : class
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? read(reader) : null;
    }

    /// <summary>The one integer of the one row; null when it is null or there is no row.</summary>
    public static async Task<long?> Number(this DbCommand command, CancellationToken cancel) =>
        await command.ExecuteScalarAsync(cancel) is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;

    static DbCommand Add(this DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }
}
