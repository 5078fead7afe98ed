// What a year of all samples has left of each seller: documents of every month on the seller's own days, and books that agree with them.
using System.Globalization;
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Samples;

public abstract partial class PlayedSamples
{
    async Task YearOf(JsonElement seller)
    {
        var id = seller.Text("id");
        var key = place.Admin.As((await place.Admin.Post("/v1/api_keys", new { name = "year", party = id, scopes = new[] { "billing:read" } })).Json.Text("key"));
        var documents = await All(key, "/v1/documents?limit=200");
        var invoices = documents.Where(one => one.Text("seller") == id && one.Text("kind") == "invoice").ToList();
        invoices.Select(one => one.Text("billing_period")).Distinct().Order().ShouldBe(Enumerable.Range(1, 12).Select(month => $"2025-{month:00}"), customMessage: id);
        // Periods of an agreement follow each other, begin on the anchor day of its calendar and are invoiced when they are over, in the calendar's own zone.
        foreach (var agreement in invoices.GroupBy(one => one.Text("agreement")))
        {
            var calendar = (await place.Admin.Get("/v1/calendars/" + (await place.Admin.Get("/v1/agreements/" + agreement.Key)).Json.Text("calendar"))).Json;
            calendar.Text("time_zone").ShouldBe(seller.Text("time_zone"));
            var (from, to) = (Day(agreement.First(), "from"), default(DateOnly?));
            foreach (var one in agreement.OrderBy(one => one.GetProperty("period").Text("from"), StringComparer.Ordinal))
            {
                (from, var last) = (Day(one, "from"), Day(one, "to"));
                (from.Day, last.AddDays(1).Day).ShouldBe((calendar.Int("anchor_day"), calendar.Int("anchor_day")), $"{id} {one.Text("number")}");
                if (to is { } before) from.ShouldBe(before.AddDays(1), $"{id} {one.Text("number")}");
                (Date(one.Text("issue_date")).DayNumber - last.DayNumber).ShouldBeInRange(1, 2, $"{id} {one.Text("number")}");
                to = last;
            }
        }

        Numbered(invoices, id);
        await Books(key, documents.Where(one => one.Text("seller") == id), id);
    }

    // No number is missing from a series.
    static void Numbered(List<JsonElement> invoices, string seller)
    {
        foreach (var series in invoices.Select(one => one.Text("number")).GroupBy(number => number[..^6]))
            series.Select(number => int.Parse(number.AsSpan(number.Length - 6), CultureInfo.InvariantCulture)).Order().ShouldBe(Enumerable.Range(1, series.Count()), customMessage: $"{seller} {series.Key}");
    }

    // Whatever is open is owed, in each currency; and the books balance.
    static async Task Books(Api key, IEnumerable<JsonElement> documents, string seller)
    {
        var balance = (await key.Get("/v1/ledger/trial_balance")).Json;
        balance.GetProperty("balanced").GetBoolean().ShouldBeTrue(seller);
        var rows = balance.List("data").ToList();
        rows.Sum(row => row.Amount("balance").Exact()).ShouldBe(0, seller);
        var open = documents.Where(one => one.Text("kind") == "invoice").GroupBy(one => one.Text("currency"))
            .ToDictionary(one => one.Key, one => one.Sum(document => document.Amount("outstanding").Exact()));
        rows.Where(row => row.Text("ledger") == "receivable").ToDictionary(row => row.Text("currency"), row => row.Amount("balance").Exact()).ShouldBe(open, ignoreOrder: true, customMessage: seller);
        var aged = (await key.Get("/v1/reports/receivables?as_of=2026-01-02")).Json.List("totals").ToDictionary(row => row.GetProperty("total").Text("currency"), row => row.Amount("total").Exact());
        foreach (var (currency, sum) in open) aged.GetValueOrDefault(currency).ShouldBe(sum, $"{seller} {currency}");
    }

    static async Task<List<JsonElement>> All(Api key, string path)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = (await key.Get(path + cursor)).Json;
            all.AddRange(page.List("data"));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? "&cursor=" + Uri.EscapeDataString(next) : "";
        }
        while (cursor.Length > 0);
        return all;
    }

    static DateOnly Day(JsonElement document, string end) => Date(document.GetProperty("period").Text(end));

    static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
