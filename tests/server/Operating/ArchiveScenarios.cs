// archive and unarchive: rows leave the store and come back, and nobody's figures change.
namespace OrleansBilling.Server.Tests.Operating;

public sealed class ArchivesOnSqlite(OnSqlite place) : ArchiveScenarios(place), IClassFixture<OnSqlite>;

public sealed class ArchivesOnPostgres(OnPostgres place) : ArchiveScenarios(place), IClassFixture<OnPostgres>;

public abstract class ArchiveScenarios(ServerPlace place) : ArchiveScenario(place)
{
    [Fact]
    public async Task closed_periods_leave_for_a_file_and_come_back()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var file = Path.Combine(Folder, "spring.archive");
        var (rows, figures) = (await Rows(), await Figures());
        await BeforeCommand();
        (await Run("archive", "--until", Scene.Date("08-31"), "--to", file)).ShouldSatisfyAllConditions(
            said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("--until must lie at least 35 days in the past"));
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0);
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0, "again");
        // Nothing is moved, and the file is whole, as when it was killed between the two: it goes on from the file.
        (await Run("unarchive", file)).Code.ShouldBe(0);
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        (await Run("archive", "--until", Scene.Date("06-30"), "--to", file)).Code.ShouldBe(0, "from the file");
        await AfterCommand();

        rows.Except(await Rows()).Count().ShouldBeGreaterThan(10);
        (await Figures()).ShouldBe(figures);
        await OldIsGoneAndNewIsThere();
        await Execute("delete from snapshots");
        await Place.Restart();
        (await Figures()).ShouldBe(figures);
        // Known by its id, though memory was made from the base; and usage goes on into the next close.
        (await Admin.Events(Scene.Sms("n", "plain", "09-19T10:00", 3, "FI"), Scene.Sms("n", "plain", "09-19T10:00", 3, "FI"))).Counts.ShouldBe((1, 1, 0, 0));
        await Scene.Clock("10-02");
        await Verified(file);

        await BeforeCommand();
        (await Run("unarchive", file)).Code.ShouldBe(0);
        await AfterCommand();
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        (await Number("select count(*) from archives")).ShouldBe(0);
        (await History("05-01")).Status.ShouldBe(200);
        await Place.Server.Stop();
        (await Run("verify")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task two_archives_in_a_row_are_put_back_the_newer_one_first()
    {
        await EverythingHappens();
        await Scene.Clock("09-20");
        var (may, june) = (NewFile("may"), NewFile("june"));
        var (rows, figures) = (await Rows(), await Figures());
        await BeforeCommand();
        await Done(Archive(may, "05-31"));
        var between = await Rows();
        await Done(Archive(june, "06-30"));
        between.Except(await Rows()).ShouldNotBeEmpty("the second one has rows of its own");
        await Execute("delete from snapshots");
        await AfterCommand();
        if (Place is OnPostgres) await Place.Restart();
        (await Figures()).ShouldBe(figures);
        (await History("06-01")).Refused(410, "archived").Json.Text("until").ShouldBe(Scene.Date("06-30"));

        await Place.Server.Stop();
        await Done(Run("verify"));
        await Done(Run("verify", "--archives", Folder));
        // One of them alone does not reach from the first row to the base.
        (await Run("verify", "--archives", june)).Output.ShouldContain("Not read");
        await Refused(Run("unarchive", may), "Put the newer archive");
        await Done(Run("unarchive", june));
        between.Except(await Rows()).ShouldBeEmpty();
        await Done(Run("verify", "--archives", Folder));
        await Done(Run("unarchive", may));
        rows.Except(await Rows()).ShouldBeEmpty("every row is as it was");
        (await Number("select count(*) from archives") + await Number("select count(*) from journal_bases")).ShouldBe(0);
        await Done(Run("verify"));
        await Place.Start();
        (await Figures()).ShouldBe(figures);
        (await History("05-01")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task a_young_row_of_old_usage_stays_and_is_known_and_corrected_after_its_month_was_archived()
    {
        await EverythingHappens();
        // Usage of June that comes when June is closed, and of July when July is.
        var (june, july) = (Scene.Sms("june-late", "plain", "06-29T10:00", 5, "FI"), Scene.Sms("july-late", "plain", "07-20T10:00", 6, "FI"));
        (await Admin.Events(june)).Counts.ShouldBe((1, 0, 0, 0));
        await Scene.Clock("08-20");
        (await Admin.Events(july)).Counts.ShouldBe((1, 0, 0, 0));
        var (file, figures) = (NewFile("spring"), await Figures());
        await Place.Server.Stop();
        await Done(Archive(file, "06-30"));
        await Execute("delete from snapshots");
        await Place.Start();
        (await Figures()).ShouldBe(figures);
        (await History("06-01")).Refused(410, "archived");
        var kept = (await History("06-20")).Expect(200).Body;
        foreach (var id in (string[])["june-late", "july-late"]) kept.ShouldContain($"\"{id}\"");
        // The first is past the window of ids, the second is known.
        (await Admin.Events(june)).Only.ShouldBe("too_late");
        (await Admin.Events(july)).Only.ShouldBe("duplicate");
        (await Admin.TryPost("/v1/corrections", Corrections.CorrectionBodies.Of(Scene, "again", "july-late", "amend", "4", "07-20T10:00", "plain", "/scenarios"))).Expect(200);
        await Scene.Clock("09-02");
        await Place.Server.Stop();
        await Done(Run("verify"));
        await Done(Run("verify", "--archives", Folder));
        await Done(Run("unarchive", file));
        await Done(Run("verify"));
    }

    async Task OldIsGoneAndNewIsThere()
    {
        (await History("05-01")).Refused(410, "archived").Json.Text("until").ShouldBe(Scene.Date("06-30"));
        (await History("07-01")).Status.ShouldBe(200);
        foreach (var (month, status) in new[] { ("05", 410), ("09", 200) })
            (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("plain")}/usage?period={Scene.Month(month)}&group_by=country")).Status.ShouldBe(status, month);
    }

    async Task Verified(string file)
    {
        await Place.Server.Stop();
        var (code, output) = await Run("verify");
        code.ShouldBe(0, output);
        output.ShouldContain("only replayed from their base");
        output.ShouldContain("Not read (--archives FILE proves them too): ");
        (code, output) = await Run("verify", "--archives", Folder);
        code.ShouldBe(0, output);
        output.ShouldNotContain("Not read");
        var damaged = Path.Combine(Folder, "damaged");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        (await Run("unarchive", damaged)).ShouldSatisfyAllConditions(said => said.Code.ShouldBe(2), said => said.Output.ShouldContain("is no whole archive"));
        await Place.Start();
    }
}
