// The verbs "backup", "check", "restore" and "move": copies of a store, in a file or in another store.
using System.CommandLine;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Operating;

namespace OrleansBilling.Silo.Operating;

internal static class CopyCommands
{
    public static IEnumerable<Command> All(TimeProvider time) => [Backup(time), Check(), Restore(), Move(time)];

    private static Command Backup(TimeProvider time)
    {
        var place = new StorePlace("Folder of the SQLite store; its server may go on.", "PostgreSQL connection string; its server may go on.");
        var file = new Option<string>("--out") { Description = "The file to write; it must not exist.", Required = true };
        var command = new Command("backup", "Writes the store as it is at one moment into one file, while its server goes on.") { place.Data, place.Db, file };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("The store was not backed up", async progress =>
        {
            var done = await StoreCopies.Backup(place.Of(parsed), parsed.GetValue(file)!, time.GetUtcNow(), progress.Show, cancel);
            var size = new FileInfo(parsed.GetValue(file)!).Length;
            return $"{CopyText.Of(done)}Written to {parsed.GetValue(file)}: {CopyText.Size(size)}. Look whether it can be read: ./store check --from {parsed.GetValue(file)}";
        }));
        return command;
    }

    private static Command Check()
    {
        var file = From();
        var command = new Command("check", "Reads a backup file to its end: every checksum and every count.") { file };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("The backup does not hold", async progress =>
            $"{CopyText.Of(await StoreCopies.Check(parsed.GetValue(file)!, progress.Show, cancel))}The file is whole."));
        return command;
    }

    private static Command Restore()
    {
        var place = new StorePlace("Folder for the SQLite store; it must not have one.", "PostgreSQL connection string of an empty database.");
        var file = From();
        var command = new Command("restore", "Makes a store from a backup file, of either kind, where there is none.") { file, place.Data, place.Db };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("Nothing was restored", async progress =>
            $"{CopyText.Of(await StoreCopies.Restore(parsed.GetValue(file)!, place.Of(parsed), progress.Show, cancel))}Restored. Prove it before it is served: {place.Verify(parsed)}"));
        return command;
    }

    private static Command Move(TimeProvider time)
    {
        var from = new StorePlace("Folder of the SQLite store to move from; its server must be stopped.", "", "--data", "--from-db", null);
        from.Db.Description = "PostgreSQL connection string to move from, instead of --data; its servers must be stopped.";
        var to = new StorePlace("Folder to move to, instead of --db; it must not have a store.",
            "PostgreSQL connection string of the empty database to move to.", "--to-data", "--db", null);
        var command = new Command("move", "Copies a store of one kind into an empty one of the other; the old one stays as it is.")
        {
            from.Data, from.Db, to.Data, to.Db,
        };
        command.Validators.Add(said =>
        {
            if (said.GetValue(from.Data) is null == (said.GetValue(from.Db) is null))
                said.AddError("Say where the store is: --data DIR or --from-db \"…\".");
            if (said.GetValue(to.Data) is null == (said.GetValue(to.Db) is null))
                said.AddError("Say where it is to go: --db \"…\" or --to-data DIR.");
        });
        command.SetAction((parsed, cancel) => OperatingRun.Guard("Nothing was moved", async progress =>
            $"{CopyText.Of(await StoreCopies.Move(from.Of(parsed), to.Of(parsed), time.GetUtcNow(), progress.Show, cancel))}Moved. Prove it: {to.Verify(parsed)}; then serve it, and put the old store away."));
        return command;
    }

    private static Option<string> From() => new("--from") { Description = "The backup file.", Required = true };
}
