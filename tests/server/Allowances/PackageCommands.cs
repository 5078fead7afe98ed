// Who may grant what, and what the same grant again answers.
namespace OrleansBilling.Server.Tests.Allowances;

public sealed class PackageCommandsOnSqlite(OnSqlite place) : PackageCommands(place), IClassFixture<OnSqlite>;

public sealed class PackageCommandsOnPostgres(OnPostgres place) : PackageCommands(place), IClassFixture<OnPostgres>;

public abstract class PackageCommands(ServerPlace place) : PackageScenario(place)
{
    [Fact]
    public async Task the_same_grant_again_is_the_same_and_another_one_with_its_id_is_a_conflict()
    {
        await Client("sub");
        await Grant("sub", Package("p", "100", "5", Retail));
        (await TryGrant("sub", Package("p", "100", "5.00", Retail))).Expect(200).Json.Amount("price").ShouldBe("5.00");
        (await TryGrant("sub", Package("p", "101", "5", Retail))).Refused(409, "conflict");
        (await TryGrant("sub", Package("p", "100", "5", ("agreement", Scene.Id("wholesale"))))).Refused(409, "conflict");
        var listed = (await Admin.Get(Grants("sub"))).Json.List("data").ShouldHaveSingleItem();
        (listed.Text("id"), listed.Text("remaining"), listed.Text("on_exhausted")).ShouldBe(("p", "100", "stop"));
        (await Scene.Usage("subscriptions", "sub")).Quantity.ShouldBe("0");
    }

    [Fact]
    public async Task what_does_not_fit_is_refused_by_its_name()
    {
        await Client("sub");
        var wrong = await TryGrant("sub", Package("p", "0", "-1", Retail, ("priority", 1001), ("on_exhausted", "explode"), ("rollover", "one_period"), ("limit", "5")));
        wrong.Refused(400, "invalid_request").Fields.ShouldBe(["quantity", "price", "priority", "on_exhausted", "rollover", "limit"], ignoreOrder: true);
        wrong.Body.ShouldContain("expires_at is missing");
        (await TryGrant("sub", Package("p", "1", "1"))).Expect(400).Fields.ShouldBe(["agreement"]);
        (await TryGrant("sub", Package("p", "1", "1", ("agreement", "nobody")))).Expect(400).Fields.ShouldBe(["agreement"]);
        (await TryGrant("sub", Package("p", "1", "1", Retail, ("on_exhausted", "overage_up_to")))).Expect(400).Fields.ShouldBe(["limit"]);
        (await TryGrant("sub", Package("p", "1", "1", Retail, ("expires_at", Scene.At("05-12"))))).Expect(400).Fields.ShouldBe(["expires_at"]);
        var other = Package("p", "1", "1", Retail);
        other["meter"] = "fax.page";
        (await TryGrant("sub", other)).Expect(400).Fields.ShouldBe(["meter"]);
        (await TryGrant("nobody", Package("p", "1", "1"))).Refused(404, "not_found");
        (await Admin.Get(Grants("sub"))).Json.List("data").ShouldBeEmpty();
    }

    [Fact]
    public async Task a_reseller_grants_where_it_sells_and_nobody_sees_what_is_not_theirs()
    {
        await Client("sub");
        await Scene.Partner("rival");
        var (reseller, alfa) = (await KeyOf("reseller", "billing:write", "billing:read"), await KeyOf("alfa", "billing:write", "billing:read"));
        (await TryGrant("sub", Package("own", "10", "1"), reseller)).Expect(200).Json.Text("agreement").ShouldBe(Scene.Id("retail"));
        (await TryGrant("sub", Package("cheat", "10", "0", ("agreement", Scene.Id("wholesale"))), reseller)).Expect(400).Fields.ShouldBe(["agreement"]);
        (await TryGrant("sub", Package("cheat", "10", "0", Retail), alfa)).Expect(400).Fields.ShouldBe(["agreement"]);
        (await TryGrant("sub", Package("cheat", "10", "0"), await KeyOf("rival", "billing:write"))).Refused(404, "not_found");
        await Grant("sub", Package("operators", "10", "1", ("agreement", Scene.Id("wholesale"))));
        (await alfa.Get(Grants("sub"))).Json.List("data").Select(one => one.Text("id")).ShouldBe(["own"]);
        (await reseller.Get(Grants("sub"))).Json.List("data").Select(one => one.Text("id")).ShouldBe(["own", "operators"]);
        (await alfa.Get($"/v1/subscriptions/{Scene.Id("sub")}/balance")).Json.List("allowances").Select(one => one.Text("grant")).ShouldBe(["own"]);
    }
}
