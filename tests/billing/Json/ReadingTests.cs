// Reading definitions: the documented bodies are accepted, and every fault of shape is named by its field.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Json;

public sealed class ReadingTests
{
    [Fact]
    public void the_documented_bodies_are_read()
    {
        var seller = Good<Seller>("""{"name":"Operator Oy","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki","vat_id":"FI12345671","iban":"FI2112345600000785"}""");
        seller.Iban.ShouldBe("FI2112345600000785");
        Good<Calendar>("""{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""").Grace.ShouldBe(Duration.Zero);
        Good<Meter>("""{"unit":"segment","aggregation":"sum","dimensions":["country","mccmnc","sender_type"]}""").Dimensions.Length.ShouldBe(3);
        var agreement = Good<Agreement>("""
            {"kind":"wholesale","seller":"operator","buyer":"nordreach","calendar":"monthly","due_days":14,
             "tax":{"category":"S","rate":"25.5"},"rounding":"half_away_from_zero"}
            """);
        agreement.Tax!.Rate.ShouldBe(25.5m);
        var version = Good<PlanVersion>("""
            {"effective_from":"2025-01-01","charges":[
             {"id":"fee","kind":"recurring","every":"month","price":"25.00","bill":"arrears","prorate_first":true,"prorate_last":false},
             {"id":"sms-fi","meter":"sms.mt.segment","match":{"country":"FI"},"model":"per_unit","unit_price":"0.0450","kind":"usage"}]}
            """);
        version.EffectiveFrom.Date.ShouldBe(new LocalDate(2025, 1, 1));
        version.Charges[1].ShouldBeOfType<UsageCharge>().UnitPrice!.Value.ToString().ShouldBe("0.0450");
        var subscription = Good<Subscription>("""
            {"customer":"alfa","starts_at":"2025-05-01T00:00:00+03:00","legs":[{"agreement":"nordreach-wholesale","plan":"pro"}],"funding":{"mode":"postpaid"}}
            """);
        subscription.StartsAt.ShouldBe(Instant.FromUtc(2025, 4, 30, 21, 0));
        Good<Seller>("""{"name":"Market Pty","country":"AU","currency":"AUD","time_zone":"Etc/UTC","iban":null}""").Iban.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"country":"FI"}""", "name: is required")]
    [InlineData("""{"country":"FI"}""", "currency: is required")]
    [InlineData("""{"name":"A","country":"FI","currency":"EUR","time_zone":"Etc/UTC","colour":"red"}""", "colour: is not known here")]
    [InlineData("""{"Name":"A","country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "Name: is not known here")]
    [InlineData("""{"name":"A","name":"B","country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "name: is given twice")]
    [InlineData("""{"name":null,"country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "name: must not be null")]
    [InlineData("""{"name":1,"country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "name: must be a string")]
    [InlineData("""{"name":"a\u0000b","country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "name: must not contain U+0000")]
    [InlineData("""{"name":"a\ud800","country":"FI","currency":"EUR","time_zone":"Etc/UTC"}""", "not valid Unicode|name: must be a string")]
    [InlineData("""{"name":"A","country":"FI","currency":"EUR","time_zone":"Etc/UTC","address":[null]}""", "address[0]: must not be null")]
    [InlineData("""{"name":"A","country":"FI","currency":"EUR","time_zone":"Etc/UTC","address":"x"}""", "address: must be an array")]
    [InlineData("""[]""", "body: must be an object")]
    [InlineData("""null""", "body: must be an object")]
    [InlineData("{\"name\":", "body: is not JSON (line 1, byte 8)")]
    [InlineData("", "body: is not JSON (line 1, byte 0)")]
    public void a_fault_of_a_seller_is_named(string json, string expected) => Faults<Seller>(json).ShouldContainAnyOf(expected);

    [Theory]
    [InlineData("""{"effective_from":"soon","charges":[]}""", "effective_from: must be a date like")]
    [InlineData("""{"effective_from":"0001-01-01","charges":[]}""", "effective_from: must lie in the years")]
    [InlineData("""{"effective_from":"2025-01-01T00:00:00","charges":[]}""", "effective_from: must be a date like")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[null]}""", "charges[0]: must not be null")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","price":"1"}]}""", "charges[0].kind: is required: one of recurring, usage")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"sometimes","price":"1"}]}""", "charges[0].kind: must be one of recurring, usage, one_time")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring"}]}""", "charges[0].price: is required")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":25.0}]}""", "charges[0].price: must be a decimal in a string")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"2e1"}]}""", "charges[0].price: must be a decimal in a string")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":" 2"}]}""", "charges[0].price: must be a decimal in a string")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"1,5"}]}""", "charges[0].price: must be a decimal in a string")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"0.00000000000000000000000000001"}]}""", "charges[0].price: must have at most 28 significant digits")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"99999999999999999999999999999999"}]}""", "charges[0].price: must have at most 28 significant digits")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"1","prorate_first":"yes"}]}""", "charges[0].prorate_first: must be true or false")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"recurring","price":"1","tiers":[]}]}""", "charges[0].tiers: is not known here")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"usage","meter":"m","match":{"country":null}}]}""", "charges[0].match.country: must not be null")]
    [InlineData("""{"effective_from":"2025-01-01","charges":[{"id":"a","kind":"usage","meter":"m","match":{"country":358}}]}""", "charges[0].match.country: must be a string")]
    public void a_fault_of_a_plan_version_is_named(string json, string expected) => Faults<PlanVersion>(json).ShouldContainAnyOf(expected);

    [Theory]
    [InlineData("PT36H", "PT36H")]
    [InlineData("P2D", "P2D")]
    [InlineData("PT48H", "P2D")]
    [InlineData("P1W", "P7D")]
    [InlineData("PT0S", "PT0S")]
    [InlineData("P1DT1H", "PT25H")]
    [InlineData("PT90.5S", "PT1M30.5S")]
    public void durations_are_read_and_written(string text, string written)
    {
        var calendar = Good<Calendar>($$"""{"time_zone":"Etc/UTC","grace":"{{text}}"}""");
        Definitions.Write(calendar).ShouldContain($"\"grace\":\"{written}\"");
        Good<Calendar>(Definitions.Write(calendar)).ShouldBe(calendar);
    }

    [Theory]
    [InlineData("P1M", "grace: must not have years or months")]
    [InlineData("PT-1H", "grace: must not be negative")]
    [InlineData("36", "grace: must be a duration")]
    [InlineData("PT99999999999999H", "grace: must not be negative, nor that long")]
    public void a_fault_of_a_duration_is_named(string text, string expected) =>
        Faults<Calendar>($$"""{"time_zone":"Etc/UTC","grace":"{{text}}"}""").ShouldContainAnyOf(expected);

    [Theory]
    [InlineData("2025-05-12T09:30:00.1234567+03:00", "2025-05-12T06:30:00.1234567Z")]
    [InlineData("2025-05-12T09:30:00Z", "2025-05-12T09:30:00Z")]
    [InlineData("2025-05-12T09:30:00.120Z", "2025-05-12T09:30:00.12Z")]
    public void instants_are_read_with_any_offset_and_written_in_utc(string text, string written) =>
        Definitions.Write(Good<Subscription>($$"""{"customer":"a","starts_at":"{{text}}","legs":[]}""")).ShouldContain($"\"starts_at\":\"{written}\"");

    [Theory]
    [InlineData("2025-05-12T09:30:00.12345678Z", "starts_at: must have at most 7 fractional digits")]
    [InlineData("2025-05-12T09:30:00", "starts_at: must be an instant with offset")]
    [InlineData("2025-05-12", "starts_at: must be an instant with offset")]
    [InlineData("9999-12-31T23:59:59-12:00", "starts_at: must lie in the years")]
    public void a_fault_of_an_instant_is_named(string text, string expected) =>
        Faults<Subscription>($$"""{"customer":"a","starts_at":"{{text}}","legs":[]}""").ShouldContainAnyOf(expected);

    [Fact]
    public void all_faults_are_named_at_once_and_never_more_than_a_hundred()
    {
        Faults<Seller>("""{"a":1,"b":2}""").Split('\n').Length.ShouldBe(6);
        var many = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"x{i}\":1"));
        Faults<Seller>($"{{{many}}}").Split('\n').Length.ShouldBe(FieldErrors.MessagesMax);
    }

    [Fact]
    public void absent_options_are_not_written() =>
        Definitions.Write(new Plan { Name = "Pro", Currency = "EUR" }).ShouldBe("""{"name":"Pro","currency":"EUR"}""");

    private static T Good<T>(string json) where T : class
    {
        var parsed = Definitions.Read<T>(json);
        parsed.Errors.ToString().ShouldBe("");
        return parsed.Value!;
    }

    private static string Faults<T>(string json) where T : class
    {
        var parsed = Definitions.Read<T>(json);
        parsed.Ok.ShouldBeFalse();
        return parsed.Errors.ToString();
    }
}

internal static class FaultAssertions
{
    /// <summary>Alternatives are parted by a bar: which of two checks speaks first may differ between runtimes.</summary>
    public static void ShouldContainAnyOf(this string faults, string alternatives) =>
        alternatives.Split('|').Any(faults.Contains).ShouldBeTrue($"wanted {alternatives} in:\n{faults}");
}
