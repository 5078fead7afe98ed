// The verbs "archive" and "unarchive": rows of periods that are long closed leave the store for a file, and come back.
using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Storage.Operating;

namespace OrleansBilling.Silo.Operating;

internal static class ArchiveCommands
{
    public static IEnumerable<Command> All(TimeProvider time) => [Archive(time), Unarchive()];

    private static Command Archive(TimeProvider time)
    {
        var place = Place();
        var until = new Option<string>("--until")
        {
            Description = "Last day of the periods to archive, such as 2025-04-30; at least 35 days ago.", Required = true,
        };
        var to = new Option<string>("--to") { Description = "The file to write; the same one again goes on where it was interrupted.", Required = true };
        until.Validators.Add(said =>
        {
            if (!LocalDatePattern.Iso.Parse(said.GetValueOrDefault<string>() ?? "").Success)
                said.AddError("--until is a date such as 2025-04-30.");
        });
        var command = new Command("archive", "Moves journal rows of subscriptions of periods that are long closed into a file.")
        {
            place.Data, place.Db, until, to,
        };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("The archive is not finished", async _ =>
        {
            await using var store = await StoreArchives.Open(place.Of(parsed) with { CrashPoints = CrashSetting.Read() }, cancel);
            var done = await store.Archive(LocalDatePattern.Iso.Parse(parsed.GetValue(until)!).Value, parsed.GetValue(to)!,
                Instant.FromDateTimeOffset(time.GetUtcNow()), cancel);
            return $"Archive {done.Header.Id} until {done.Header.Until}: {done.Rows:N0} rows of {done.Streams:N0} streams, {CopyText.Size(done.Bytes)}, in "
                + $"{parsed.GetValue(to)}. Keep the file: the store does not have these rows any more.";
        }));
        return command;
    }

    private static Command Unarchive()
    {
        var place = Place();
        var file = new Argument<string>("FILE") { Description = "The archive." };
        var command = new Command("unarchive", "Puts the rows of an archive back into the store that they are from.") { file, place.Data, place.Db };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("The archive was not put back", async _ =>
        {
            await using var store = await StoreArchives.Open(place.Of(parsed) with { CrashPoints = CrashSetting.Read() }, cancel);
            var done = await store.Unarchive(parsed.GetValue(file)!, cancel);
            return $"Put back: {done.Rows:N0} rows of {done.Streams:N0} streams.";
        }));
        return command;
    }

    private static StorePlace Place() => new("Folder of the SQLite store; its server must be stopped.", "PostgreSQL connection string; its server may go on.");
}
