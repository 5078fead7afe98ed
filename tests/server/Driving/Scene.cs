// One test's part of a server: names, a year and a zone of its own, and the domain's words for setting things up.
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>
/// Names are short in tests ("alfa") and unique on the server ("s3-alfa"). Times are local and without their year ("05-12T09:00"): the year is the
/// scene's, since a sandbox clock never goes back. Calendars are shared by all scenes of a server.
/// </summary>
public sealed class Scene(Api admin, string name, int year, string zone)
{
    readonly Dictionary<string, Dictionary<string, object>> subscriptions = [];
    string now = "";

    public Api Admin => admin;
    public int Year => year;

    /// <summary>A name on the server.</summary>
    public string Id(string id) => $"{name}-{id}";

    /// <summary>The id as the test says it.</summary>
    public string Name(string id) => id[(name.Length + 1)..];

    /// <summary>A date of the scene's year, or of a later one: 05-31 → 2025-05-31.</summary>
    public string Date(string monthAndDay, int years = 0) => $"{year + years}-{monthAndDay}";

    /// <summary>A period label: 05 → 2025-05.</summary>
    public string Month(string month, int years = 0) => Date(month, years);

    /// <summary>A local moment as RFC 3339 with the zone's offset.</summary>
    public string At(string local, int years = 0, string? otherZone = null)
    {
        var (date, time) = local.Split('T') is [var day, var clock] ? (day, clock) : (local, "00:00");
        if (time.Length == 5) time += ":00";
        var moment = LocalDateTimePattern.ExtendedIso.Parse($"{year + years}-{date}T{time}").GetValueOrThrow();
        return OffsetDateTimePattern.Rfc3339.Format(DateTimeZoneProviders.Tzdb[otherZone ?? zone].AtStrictly(moment).ToOffsetDateTime());
    }

    /// <summary>Moves the clock.</summary>
    public Task<Answer> Clock(string local, int years = 0)
    {
        now = At(local, years);
        return admin.Advance(now);
    }

    /// <summary>With the meter that nearly all plans charge: no test may stand on what another one of its class has made before.</summary>
    public async Task Seller(string id, string country = "FI", string currency = "EUR", string? sellerZone = null)
    {
        await Meter();
        await admin.Put($"/v1/sellers/{Id(id)}", new { name = id, country, currency, time_zone = sellerZone ?? zone });
    }

    public Task Partner(string id, string currency = "EUR") => admin.Put($"/v1/partners/{Id(id)}", new { name = id, country = "FI", currency });

    public Task Customer(string id, string partner) => admin.Put($"/v1/customers/{Id(id)}", new { name = id, partner = Id(partner), kind = "organization" });

    /// <summary>The calendar of the zone with this anchor and grace; answers its id.</summary>
    public async Task<string> Calendar(int anchor = 1, string grace = "PT0S", string? otherZone = null)
    {
        var id = $"{(otherZone ?? zone).Replace('/', '.')}-{anchor}-{grace}";
        await admin.Put($"/v1/calendars/{id}", new { anchor_day = anchor, time_zone = otherZone ?? zone, grace });
        return id;
    }

    public Task Meter() =>
        admin.Put("/v1/meters/sms.mt.segment", new { unit = "segment", aggregation = "sum", dimensions = new[] { "country", "mccmnc", "sender_type" } });

    public async Task Agreement(string id, string seller, string buyer, string? calendar = null, string documents = "invoice", string rate = "25.5",
        string chargePoint = "accept", string? feeAdjustment = null) =>
        await admin.Put($"/v1/agreements/{Id(id)}", new
        {
            fee_adjustment = feeAdjustment is null ? null : new { percent = feeAdjustment },
            kind = "wholesale", seller = Id(seller), buyer = Id(buyer), calendar = calendar ?? await Calendar(), due_days = 14,
            tax = new { category = "S", rate }, rounding = "half_away_from_zero", documents, charge_point = chargePoint,
        });

    /// <summary>A plan with one version that always held.</summary>
    public async Task Plan(string id, params object[] charges)
    {
        await admin.Put($"/v1/plans/{Id(id)}", new { name = id, currency = "EUR" });
        await PlanVersion(id, "2020-01-01", charges);
    }

    public Task PlanVersion(string plan, string effectiveFrom, params object[] charges) =>
        admin.Post($"/v1/plans/{Id(plan)}/versions", new { effective_from = effectiveFrom, charges });

    /// <summary>A subscription with a leg per agreement and plan.</summary>
    public Task Subscribe(string id, string customer, string from, params (string Agreement, string Plan)[] legs) => Subscribe(id, customer, from, null, legs);

    /// <summary>The same with an end, as an instant.</summary>
    public Task Subscribe(string id, string customer, string from, string? until, params (string Agreement, string Plan)[] legs)
    {
        var body = new Dictionary<string, object>
        {
            ["customer"] = Id(customer), ["starts_at"] = At(from),
            ["legs"] = legs.Select(leg => new { agreement = Id(leg.Agreement), plan = Id(leg.Plan) }).ToArray(),
            ["funding"] = new { mode = "postpaid" },
        };
        if (until is not null) body["ends_at"] = until;
        else subscriptions[Id(id)] = body;
        return admin.Put($"/v1/subscriptions/{Id(id)}", body);
    }

    /// <summary>A subscription that was put otherwise ends with the scene too.</summary>
    public void EndsLater(string id, Dictionary<string, object> body) => subscriptions[Id(id)] = body;

    /// <summary>A seller, a partner that buys from it, a calendar, the SMS meter; the agreement is called "wholesale".</summary>
    public async Task Wholesale(string seller, string partner, string? calendar = null)
    {
        await Seller(seller);
        await Partner(partner);
        await Agreement("wholesale", seller, partner, calendar);
    }

    /// <summary>Issued documents of a party, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> Documents(string party, string kind = "invoice") =>
        [.. (await admin.Get($"/v1/documents?party={Id(party)}&kind={kind}&limit=200")).Json.List("data")
            .OrderBy(one => one.Text("issue_date"), StringComparer.Ordinal).ThenBy(one => one.Text("number"), StringComparer.Ordinal)];

    /// <summary>The one document of a party, in full.</summary>
    public async Task<JsonElement> TheDocument(string party, string kind = "invoice") => await Document((await Documents(party, kind)).ShouldHaveSingleItem());

    /// <summary>A listed document in full.</summary>
    public async Task<JsonElement> Document(JsonElement listed) => (await admin.Get("/v1/documents/" + listed.Text("number"))).Json;

    /// <summary>Quantity of SMS segments and the amount on the first visible leg; zeros without usage.</summary>
    public Task<(string Quantity, string? Amount)> Usage(string kind, string id, string period = "current") => Usage(admin, kind, id, period);

    /// <summary>The same as another key sees it.</summary>
    public async Task<(string Quantity, string? Amount)> Usage(Api api, string kind, string id, string period = "current")
    {
        var meters = (await api.Get($"/v1/{kind}/{Id(id)}/usage?period={period}")).Json.List("meters").ToList();
        if (meters.Count == 0) return ("0", null);
        var meter = meters.ShouldHaveSingleItem();
        return (meter.Text("quantity"), meter.List("legs").Select(leg => leg.Amount()).FirstOrDefault());
    }

    /// <summary>Ends what is still open: later scenes on the same server must not bill it month after month.</summary>
    public async Task End()
    {
        if (now.Length == 0) return;
        foreach (var (id, body) in subscriptions)
        {
            body["ends_at"] = now;
            await admin.TryPut($"/v1/subscriptions/{id}", body);
        }
    }
}

/// <summary>Lines of documents, compared as text.</summary>
public static class DocumentReading
{
    /// <summary>Amounts in the order of the document.</summary>
    public static IReadOnlyList<string> LineAmounts(this JsonElement document) => [.. document.List("lines").Select(line => line.Amount())];

    /// <summary>Amounts, sorted by value.</summary>
    public static IReadOnlyList<string> SortedAmounts(this JsonElement document) => [.. document.LineAmounts().OrderBy(amount => amount.Exact())];
}
