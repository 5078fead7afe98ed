// Invoices from before there were accounts: a migration leaves due work, and each account takes up its own.
using OrleansBilling.TestSupport;
namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Payments
{
    [Fact]
    public async Task an_invoice_from_before_there_were_accounts_is_taken_up_by_its_account_and_can_be_paid()
    {
        var (a, b) = await TwoInvoices();
        await Place.Server.Stop();
        await using (var connection = await Place.OpenStore())
        {
            var account = $"{Scene.Id("provider")}/{Scene.Id("x")}/EUR";
            foreach (var table in (string[])["account_facts", "postings", "account_items"]) await Run(connection, $"delete from {table} where account = '{account}'");
            await Run(connection, $"delete from accounts where id = '{account}'");
            await Run(connection, await Migration(connection));
        }

        await Place.Start();
        await Scene.Clock("06-01T00:11");
        var statement = (await Admin.Get($"/v1/parties/{Scene.Id("x")}/account_statement")).Json.List("statements").ShouldHaveSingleItem();
        (statement.Amount("closing"), string.Join(' ', statement.List("rows").Select(row => row.Text("id")))).ShouldBe(("370.00", $"{a} {b}"));
        (await Pay("p", "250.00", (a, "250.00"))).Expect(200);
        (await State(a)).ShouldBe(("paid", "0.00", Scene.Date("06-01")));
        (await State(b)).ShouldBe(("issued", "120.00", null));
    }

    static async Task Run(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    // As it would run on a store of an older version.
    static Task<string> Migration(System.Data.Common.DbConnection connection)
    {
        var engine = connection is Npgsql.NpgsqlConnection ? "postgres" : "sqlite";
        return File.ReadAllTextAsync(ProjectRoot.Of("storage", "Migrations", engine, "0037_adopted_invoices.sql"));
    }
}
