// Archives when something goes wrong: killed in the middle, damaged files, bases that cannot be read, a close that is not over.
using OrleansBilling.Server.Tests.Proving;

namespace OrleansBilling.Server.Tests.Operating;

public sealed class ArchiveFaultsOnSqlite(OnSqlite place) : ArchiveFaults(place), IClassFixture<OnSqlite>;

public sealed class ArchiveFaultsOnPostgres(OnPostgres place) : ArchiveFaults(place), IClassFixture<OnPostgres>;

public abstract class ArchiveFaults(ServerPlace place) : ArchiveScenario(place)
{
    // 128 + SIGKILL.
    const int Killed = 137;

    [Fact]
    public async Task killed_between_the_file_and_the_deletion_the_same_command_goes_on()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, rows, figures) = (NewFile("spring"), await Rows(), await Figures());
        await BeforeCommand();
        foreach (var (point, moved) in new[] { ("archive.written", false), ("archive.moving", false), ("archive.moved", true) })
        {
            (await Place.RunOnStoreUntil(point, "archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(Killed, point);
            rows.Except(await Rows()).Any().ShouldBe(moved, point);
            await Done(Archive(file, "06-30"), point);
            rows.Except(await Rows()).ShouldNotBeEmpty(point);
            await Done(Run("unarchive", file), point);
        }
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        await Done(Archive(file, "06-30"));
        foreach (var point in (string[])["archive.moving", "archive.moved"])
            (await Place.RunOnStoreUntil(point, "unarchive", file)).Code.ShouldBe(Killed, point);
        await Done(Run("unarchive", file), "again");
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        await AfterCommand();
        (await Figures()).ShouldBe(figures);
        await Place.Server.Stop();
        await Done(Run("verify"));
    }

    [Fact]
    public async Task a_file_that_is_damaged_or_of_another_store_deletes_nothing()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, damaged) = (NewFile("spring"), NewFile("damaged"));
        await Place.Server.Stop();
        await Done(Archive(file, "06-30"));
        await Done(Run("unarchive", file));
        var (rows, whole) = (await Rows(), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        List<byte[]> harmed = [whole[..^1], whole[..(whole.Length / 2)], whole[..12], [.. whole, 0], []];
        foreach (var at in (int[])[3, 9, 30, whole.Length / 3, whole.Length - 5])
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            harmed.Add(bytes);
        }
        foreach (var bytes in harmed)
        {
            await File.WriteAllBytesAsync(damaged, bytes, TestContext.Current.CancellationToken);
            await Refused(Archive(damaged, "06-30"), "is no whole archive");
            await Refused(Run("verify", "--archives", damaged), "is no whole archive");
        }
        // Whole, but the store has something else in a row: as if the file were of another one.
        await using (var connection = await Place.OpenStore())
        {
            var harm = new StoreHarm(connection);
            await harm.Keep();
            var stream = await harm.Stream("subscription", Scene.Id("plain"));
            await harm.Exchange(stream, 617.25m, 617.26m);
            await Refused(Archive(file, "06-30"), "is not what the archive has");
            await harm.PutBack();
            await harm.Run($"delete from journal where stream = {stream} and version = 2");
            await Refused(Archive(file, "06-30"), $"{stream}");
            await harm.PutBack();
        }
        (await Rows()).ShouldBe(rows);
        (await Number("select count(*) from journal_bases")).ShouldBe(0);
        await Refused(Archive(file, "05-31"), $"is an archive until {Scene.Date("06-30")}");
        await Place.Start();
    }

    [Fact]
    public async Task while_a_close_is_not_over_or_has_parked_agreements_nothing_is_archived()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, rows) = (NewFile("spring"), await Rows());
        await BeforeCommand();
        foreach (var (month, state, refused) in new[] { ("05", 0, true), ("06", 2, true), ("07", 2, false) })
        {
            var run = $"period = '{Scene.Month(month)}'";
            await Execute($"update close_runs set state = {state} where {run}");
            if (refused) await Refused(Archive(file, "06-30"), $":{Scene.Month(month)} has not ended, or has agreements that are parked");
            else await Done(Archive(file, "06-30"), "a close behind the cut");
            File.Exists(file).ShouldBe(!refused);
            if (refused) rows.Except(await Rows()).ShouldBeEmpty();
            await Execute($"update close_runs set state = 1 where {run}");
        }
        await Done(Run("unarchive", file));
        await AfterCommand();
    }

    [Fact]
    public async Task without_room_on_the_disk_nothing_is_moved_and_nothing_is_left()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, rows) = (NewFile("spring"), await Rows());
        await BeforeCommand();
        await Refused(Place.RunOnStoreWithoutRoom("archive", "--until", Scene.Date("06-30"), "--to", file), "The archive is not finished: ");
        await Refused(Place.RunOnStoreWithoutRoom("backup", "--out", NewFile("backup")), "The store was not backed up: ");
        Directory.GetFileSystemEntries(Folder).ShouldBeEmpty();
        rows.Except(await Rows()).ShouldBeEmpty();
        await Done(Archive(file, "06-30"));
        await Done(Run("unarchive", file));
        await AfterCommand();
    }

    [Fact]
    public async Task a_base_that_cannot_be_read_parks_its_stream_until_its_rows_are_back()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, figures) = (NewFile("spring"), await Figures());
        await BeforeCommand();
        await Done(Archive(file, "06-30"));
        await Place.Server.Stop();
        await Execute("delete from snapshots");
        foreach (var (format, seal, why) in new[] { ((byte)250, true, "was written by another version"), ((byte)251, false, "does not have the checksum of its content") })
        {
            await Harm(format, seal);
            await Refused(Run("verify"), why, expected: 1);
            await Refused(Run("verify", "--archives", file), why, expected: 1);
            await Refused(Archive(NewFile("next" + format), "07-31"), seal ? "written by another version" : "is damaged");
            await Place.Start();
            (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("plain")}/usage?period={Scene.Month("07")}")).Refused(503, "unavailable");
            (await Admin.Get($"/v1/subscriptions/{Scene.Id("waits")}/usage?period={Scene.Month("07")}")).Status.ShouldBe(200);
            Place.Server.Output.ShouldContain("./store unarchive");
            await Place.Server.Stop();
        }
        await Done(Run("unarchive", file));
        await Done(Run("verify"));
        await Place.Start();
        (await Figures()).ShouldBe(figures);
    }

    [Fact]
    public async Task a_preview_that_needs_an_archived_seal_is_gone()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (file, body) = (NewFile("spring"), new { party = Scene.Id("reseller"), period = Scene.Month("05") });
        (await Admin.Post("/v1/documents/preview", body)).Json.List("documents").ShouldBeEmpty("closed: nothing is left to issue");
        await BeforeCommand();
        await Done(Archive(file, "06-30"));
        await Execute($"update close_runs set state = 2 where period = '{Scene.Month("05")}'");
        await AfterCommand();
        var gone = (await Admin.TryPost("/v1/documents/preview", body)).Refused(410, "archived").Json;
        gone.Text("until").ShouldBe(Scene.Date("06-30"));
        await BeforeCommand();
        await Done(Run("unarchive", file));
        await AfterCommand();
        (await Admin.Post("/v1/documents/preview", body)).Json.List("documents").ShouldNotBeEmpty();
        await Place.Server.Stop();
        await Execute($"update close_runs set state = 1 where period = '{Scene.Month("05")}'");
    }

    async Task Harm(byte format, bool seal)
    {
        await using var connection = await Place.OpenStore();
        var harm = new StoreHarm(connection);
        await harm.ReplaceBase(await harm.Stream("subscription", Scene.Id("plain")), format, seal);
    }
}
