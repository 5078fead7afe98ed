// Whole columns as one positional parameter each, for "insert ... select from unnest(...)".
using Npgsql;
using NpgsqlTypes;

namespace OrleansBilling.Storage.Databases;

static class PostgresArrays
{
    /// <summary>Adds a statement to a batch; answers its parameters.</summary>
    public static NpgsqlParameterCollection Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    public static NpgsqlParameterCollection Longs(this NpgsqlParameterCollection parameters, IEnumerable<long> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection Longs(this NpgsqlParameterCollection parameters, IEnumerable<long?> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection Ints(this NpgsqlParameterCollection parameters, IEnumerable<int> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection Texts(this NpgsqlParameterCollection parameters, IEnumerable<string?> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Text);

    public static NpgsqlParameterCollection Binaries(this NpgsqlParameterCollection parameters, IEnumerable<byte[]> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Bytea);

    public static NpgsqlParameterCollection Decimals(this NpgsqlParameterCollection parameters, IEnumerable<decimal?> values) =>
        parameters.Column(values.ToArray(), NpgsqlDbType.Numeric);

    static NpgsqlParameterCollection Column<T>(this NpgsqlParameterCollection parameters, T[] values, NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        return parameters;
    }
}
