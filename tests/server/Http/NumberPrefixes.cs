// The start of a party's document numbers is its own: no two sellers share one.
namespace OrleansBilling.Server.Tests.Http;

public sealed class NumberPrefixesOnSqlite(OnSqlite place) : NumberPrefixes(place), IClassFixture<OnSqlite>;

public sealed class NumberPrefixesOnPostgres(OnPostgres place) : NumberPrefixes(place), IClassFixture<OnPostgres>;

public abstract class NumberPrefixes(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task a_seller_that_wants_anothers_prefix_is_refused_by_field_and_not_stored()
    {
        (await Seller("one", "NORTH")).Expect(201);
        (await Seller("two", "NORTH")).Refused(409, "conflict").Fields.ShouldBe(["number_prefix"]);
        (await Admin.TryGet($"/v1/sellers/{Scene.Id("two")}")).Refused(404, "not_found");
        (await Seller("two", "SOUTH")).Expect(201);
        (await Seller("two", "NORTH")).Refused(409, "conflict").Fields.ShouldBe(["number_prefix"]);
        (await Admin.Get($"/v1/sellers/{Scene.Id("two")}")).Json.Text("number_prefix").ShouldEndWith("SOUTH");
        (await Seller("one", "NORTH")).Expect(200);
    }

    [Fact]
    public async Task a_prefix_that_was_given_up_stays_taken()
    {
        (await Seller("one", "OLD")).Expect(201);
        (await Seller("one", "NEW")).Expect(200);
        (await Seller("two", "OLD")).Refused(409, "conflict").Fields.ShouldBe(["number_prefix"]);
        (await Seller("one", "OLD")).Expect(200);
    }

    [Fact]
    public async Task ids_whose_capitals_are_the_same_are_refused()
    {
        await Scene.Seller("op");
        (await Admin.TryPut($"/v1/sellers/{Scene.Id("OP")}", Body(null))).Refused(409, "conflict").Fields.ShouldBe(["number_prefix"]);
        (await Admin.TryPut($"/v1/partners/{Scene.Id("Op")}", new { name = "p", country = "FI", currency = "EUR" }))
            .Refused(409, "conflict").Fields.ShouldBe(["id"]);
        (await Admin.TryPut($"/v1/sellers/{Scene.Id("OP")}", Body("ANOTHER"))).Expect(201);
    }

    [Fact]
    public async Task of_sellers_that_want_one_prefix_at_once_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Seller($"s{n}", "SAME")));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        foreach (var refused in answers.Where(answer => answer.Status != 201)) refused.Refused(409, "conflict").Fields.ShouldBe(["number_prefix"]);
    }

    Task<Answer> Seller(string id, string prefix) => Admin.TryPut($"/v1/sellers/{Scene.Id(id)}", Body(prefix));

    object Body(string? prefix) => new
    {
        name = "Seller", country = "FI", currency = "EUR", time_zone = "Europe/Helsinki",
        number_prefix = prefix is null ? null : Scene.Id(prefix).ToUpperInvariant(),
    };
}
