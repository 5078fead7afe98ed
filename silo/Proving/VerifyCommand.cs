// The verb "verify": proves a store again from its journal and says what does not hold.
using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using OrleansBilling.ClientApi.Hosting;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Exit codes: 0 everything holds, 1 something does not, 2 it could not be proved.</summary>
internal static class VerifyCommand
{
    public const string Name = "verify";
    public const int CouldNotRun = 2;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of the SQLite store; no server may run on it.", DefaultValueFactory = _ => "data" };
        var db = DbOption.Of("PostgreSQL connection string; its server may go on.");
        var resume = new Option<string?>("--resume")
        {
            Description = "File for notes: what was proved. Run again with the same file, only what was not proved yet and what has changed is looked at.",
        };
        var archives = new Option<string[]>("--archives")
        {
            Description = "Archive files, or folders with *.archive: their rows are proved as well.",
            AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
        };
        var command = new Command(Name, "Proves every stream, wallet, seal and document again from the journal. Exit code 0: all holds, 1: not, 2: could not run.")
        {
            data, db, resume, archives,
        };
        command.SetAction((parsed, cancel) =>
        {
            var storage = parsed.GetValue(db) is { } connection ? new StorageOptions { PostgresConnectionString = connection }
                : new StorageOptions { SqliteFolder = parsed.GetValue(data)! };
            return Run(storage, parsed.GetValue(resume), parsed.GetValue(archives)!, cancel);
        });
        return command;
    }

    private static async Task<int> Run(StorageOptions storage, string? resume, string[] archives, CancellationToken cancel)
    {
        try
        {
            await using var store = await StoreReading.Open(storage, cancel);
            await using var notes = await ProofNotes.Open(resume, NameOf(storage), cancel);
            var run = new VerifyRun(store, notes, await ArchivedRows.Open(archives, cancel), new VerifyProgress(Console.Error, Console.IsErrorRedirected));
            var result = await run.All(cancel);
            await new VerifyReport(Console.Out).Write(result, notes);
            return result.Violations == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(resume is null
                ? "Stopped. With --resume FILE it could go on from here." : $"Stopped. Go on with: --resume {resume}");
        }
        catch (Exception fault) when (fault is StorageException or DbException or IOException or JsonException)
        {
            await Console.Error.WriteLineAsync($"The store cannot be verified: {fault.Message}");
        }

        return CouldNotRun;
    }

    // Without its password: notes are kept.
    private static string NameOf(StorageOptions storage)
    {
        if (storage.SqliteFolder is { } folder)
            return Path.GetFullPath(folder);
        var parts = new DbConnectionStringBuilder { ConnectionString = storage.PostgresConnectionString };
        return "PostgreSQL " + string.Join(' ', ((string[])["Host", "Port", "Database"]).Where(parts.ContainsKey).Select(name => parts[name]));
    }
}
