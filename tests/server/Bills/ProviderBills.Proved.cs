// Accounts, shares, payouts, dunning and states of parties are proved again from their facts, and every harm is named.
using OrleansBilling.Server.Tests.Proving;

namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task what_is_owed_shared_paid_out_and_dunned_is_proved_and_every_harm_is_named()
    {
        await Admin.Put($"/v1/dunning_policies/{Scene.Id("strict")}", new
        {
            steps = new object[] { new { trigger = "due", days = 1, action = "overdue" }, new { trigger = "due", days = 2, action = "limit" } },
        });
        await Open(dunningPolicy: "strict");
        await ThreeBills();
        await Scene.Clock("06-06T00:10");
        await Admin.Post($"/v1/customers/{Scene.Id("cld-1")}/restrict", new { reason = "by hand" });
        await Charged("declined");
        await Scene.Clock("06-09T00:10");
        await Charged("succeeded");
        await Scene.Clock("06-15T00:10");
        var payout = (await Scene.TheDocument("crm", "payout")).Text("number");
        await Admin.Post($"/v1/payouts/{payout}/mark_paid", new { paid_on = Scene.Date("06-16"), reference = "PO-1" });
        await Admin.Post($"/v1/documents/{(await Scene.TheDocument("cld-1")).Text("number")}/credit_notes", new { mode = "amount", net = "10.00" });
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);

        await using var connection = await Place.OpenStore();
        var harm = new StoreHarm(connection);
        await harm.Keep();
        var failures = new List<string>();
        foreach (var (name, rule, words, sql) in Harms(payout))
        {
            await harm.Run(sql);
            (code, output) = await Place.RunOnStore("verify");
            if (code != 1 || !output.Split('\n').Any(line => line.Contains($"[{rule}]", StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal)))
                failures.Add($"{name}: exit code {code}, expected [{rule}] … {words}\n{output}");
            await harm.PutBack();
        }

        failures.ShouldBeEmpty();
        (await Place.RunOnStore("verify")).Code.ShouldBe(0);
        await Place.Start();
    }

    IEnumerable<(string Name, string Rule, string Words, string Sql)> Harms(string payout)
    {
        var (customer, crm) = ($"'{Scene.Id("market")}/{Scene.Id("cld-1")}/AUD'", $"'payable/{Scene.Id("market")}/{Scene.Id("crm")}/AUD'");
        yield return ("a posting is changed", "ledger", "has the postings", $"update postings set amount = '1.23' where account = {customer} and ledger = 'receivable' and version = (select min(version) from postings where account = {customer})");
        yield return ("a posting is lost", "ledger", "has the postings", $"delete from postings where account = {crm} and version = 1 and line = 0");
        yield return ("a fact of an account is lost", "account", "is not the next one", $"delete from account_facts where account = {customer} and version = 2");
        yield return ("the newest fact of an account is lost", "account", "says", $"delete from account_facts where account = {customer} and version = (select max(version) from account_facts where account = {customer})");
        yield return ("what is unapplied is changed", "account", "unapplied", $"update accounts set unapplied = '5.00' where id = {customer}");
        yield return ("a bill is listed otherwise", "item", "is listed as submitted", $"update account_items set status = 'submitted' where account = {customer} and kind = 'charge' and status = 'invoiced'");
        yield return ("a payment is not listed", "item", "is not listed", $"delete from account_items where account = {customer} and kind = 'payment'");
        yield return ("a share is changed", "share", "and not the same", $"update account_facts set body = replace(body, '13.97', '13.96') where account = {crm} and kind = 'share_accrued'");
        yield return ("a payout pays something else", "share", "what was payable comes to", $"update account_facts set body = replace(body, '13.97', '13.96') where account = {crm} and kind = 'payout_made'");
        yield return ("a payout's statement says otherwise", "total", "its account has paid", $"update documents set status = 'issued' where number = '{payout}'");
        yield return ("a dunning case is changed", "dunning", "its facts make it",
            $"update dunning_cases set body = replace(body, '\"version\":', '\"version\":1') where buyer = '{Scene.Id("cld-1")}'");
        yield return ("a fact of dunning is lost", "dunning", "is missing", $"delete from dunning_facts where version = 1 and agreement = '{Scene.Id("cld-1")}'");
        yield return ("a party's state is changed", "state", "its facts make it", $"update party_states set status = 'active' where party = '{Scene.Id("cld-1")}'");
        yield return ("a fact of a party is lost", "state", "it has", $"delete from party_facts where party = '{Scene.Id("cld-1")}' and version = (select max(version) from party_facts where party = '{Scene.Id("cld-1")}')");
    }
}
