// The numbered SQL files that are built into this assembly.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Storage.Migrations;

/// <summary>One forward step. Its checksum is recorded, so that a file changed after it was applied is found at the next start.</summary>
sealed record MigrationFile(int Number, string Name, string Sql)
{
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    public static IReadOnlyList<MigrationFile> All(string database)
    {
        var assembly = typeof(MigrationFile).Assembly;
        var prefix = $"OrleansBilling.Storage.Migrations.{database}.";
        var files = new List<MigrationFile>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var name = resource[prefix.Length..^".sql".Length].TrimStart('_');
            files.Add(new(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }
        return files.OrderBy(file => file.Number).ToList();
    }

    /// <summary>What is still to do; throws when what was applied is not what stands here.</summary>
    public static IReadOnlyList<MigrationFile> Pending(IReadOnlyList<MigrationFile> files, IReadOnlyDictionary<int, string> applied)
    {
        foreach (var (number, checksum) in applied)
        {
            var file = files.FirstOrDefault(file => file.Number == number) ?? throw new StorageException(StorageFailure.Refused,
                $"The database has migration {number}, which this version does not know: it was used by a newer version. Start that one.");
            if (file.Checksum != checksum) throw new StorageException(StorageFailure.Refused,
                $"Migration {file.Name} was changed after it had been applied to this database. Restore the file and put the change into a new migration.");
        }
        return files.Where(file => !applied.ContainsKey(file.Number)).ToList();
    }
}
