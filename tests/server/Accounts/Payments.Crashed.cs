// A server that dies between the issue of a document and the use of a credit for it, or right behind that use: the credit is used once.
namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Payments
{
    [Theory]
    [InlineData("close.issued"), InlineData("credit.used")]
    public async Task A_credit_is_used_once_when_the_server_dies_around_its_use(string point)
    {
        await TwoInvoices();
        (await Pay("advance", "400.00")).Expect(200).Json.Amount("unapplied").ShouldBe("400.00");
        await Charge("june", "200.00", "06-10");
        await Place.Server.Stop();
        await Place.StartUntil(point);
        await Should.ThrowAsync<Exception>(() => Scene.Clock("07-01T00:10"));
        await Place.Server.Died();
        (await Unapplied()).ShouldBe(point == "close.issued" ? 400m : 150m, "it died before the use, or behind it");
        await Place.Start();
        await Scene.Clock("07-01T00:10");
        var next = (await Scene.Documents("x"))[^1].Text("number");
        (await State(next)).ShouldBe(("paid", "0.00", Scene.Date("07-01")));
        (await Admin.Get($"/v1/payments/{Scene.Id("advance")}")).Json.Amount("unapplied").ShouldBe("150.00");
        var books = (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("provider")}")).Json;
        books.List("data").Where(row => row.Text("ledger") is "receivable" or "unapplied").Select(row => row.Amount("balance")).ShouldBe(["370.00", "-150.00"]);
        (await Admin.Get($"/v1/ledger/postings?seller={Scene.Id("provider")}&limit=200")).Json.List("data")
            .Count(row => row.Text("fact") == "allocated" && row.Text("ledger") == "unapplied").ShouldBe(1);
        await Scene.Clock("08-01T00:10");
        (await Scene.Documents("x")).Count.ShouldBe(3);
        (await Admin.Get($"/v1/payments/{Scene.Id("advance")}")).Json.Amount("unapplied").ShouldBe("150.00");
    }

    // As it stands in the store, while no server runs.
    async Task<decimal> Unapplied()
    {
        await using var connection = await Place.OpenStore();
        await using var command = connection.CreateCommand();
        command.CommandText = $"select unapplied from accounts where id = '{Scene.Id("provider")}/{Scene.Id("x")}/EUR'";
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        return reader.GetDecimal(0);
    }
}
