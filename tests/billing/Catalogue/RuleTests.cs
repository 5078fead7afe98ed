// Every validation rule with an example that breaks it, and the field it names.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Catalogue;

public sealed class RuleTests
{
    [Theory]
    [InlineData("name", "\" \"", "must not be blank")]
    [InlineData("name", "\"a\\nb\"", "must not contain control characters")]
    [InlineData("country", "\"fi\"", "ISO 3166-1")]
    [InlineData("country", "\"FIN\"", "ISO 3166-1")]
    [InlineData("currency", "\"EURO\"", "ISO 4217")]
    [InlineData("time_zone", "\"Helsinki\"", "IANA")]
    [InlineData("time_zone", "\"UTC+03\"", "IANA")]
    [InlineData("vat_id", "\"12345671\"", "country prefix")]
    [InlineData("vat_id", "\"FI1\"", "country prefix")]
    [InlineData("iban", "\"FI2112345600000786\"", "check digits")]
    [InlineData("iban", "\"FI21 1234 5600 0007 85\"", "without blanks")]
    [InlineData("address", "[\"\"]", "must not be blank", "address[0]")]
    [InlineData("number_prefix", "\"op\"", "capital letters")]
    [InlineData("number_prefix", "\"OP-S\"", "statements")]
    [InlineData("number_prefix", "\"{0}\"", "capital letters")]
    public void a_seller(string field, string value, string message, string? named = null) =>
        Breaks<Seller>("""{"name":"Operator Oy","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki"}""", field, value, message, named);

    [Theory]
    [InlineData("billing_email", "\"nobody\"", "e-mail")]
    [InlineData("billing_email", "\"a@b@c\"", "e-mail")]
    [InlineData("billing_email", "\"a b@c\"", "e-mail")]
    [InlineData("time_zone", "\"Mars/Base\"", "IANA")]
    [InlineData("currency", "\"BTC\"", "ISO 4217")]
    [InlineData("vat_id", "\"fi12345671\"", "country prefix")]
    [InlineData("country", "\"\"", "ISO 3166-1")]
    [InlineData("reseller_code", "\"RS 1\"", "must be 1 to 64")]
    public void a_partner(string field, string value, string message) =>
        Breaks<Partner>("""{"name":"NordReach Oy","country":"FI","currency":"EUR","billing_email":"ap@nordreach.example"}""", field, value, message);

    [Theory]
    [InlineData("kind", "\"robot\"", "must be one of organization, individual")]
    [InlineData("partner", "\"a b\"", "must be 1 to 64")]
    [InlineData("country", "\"Finland\"", "ISO 3166-1")]
    [InlineData("currency", "\"\"", "ISO 4217")]
    [InlineData("billing_email", "\"@x\"", "e-mail")]
    [InlineData("vat_id", "\"\"", "country prefix")]
    [InlineData("reseller_code", "\"\"", "must be 1 to 64")]
    public void a_customer(string field, string value, string message) =>
        Breaks<Customer>("""{"name":"Alfa","partner":"nordreach","kind":"organization"}""", field, value, message);

    [Theory]
    [InlineData("anchor_day", "0", "must be 1 to 31")]
    [InlineData("anchor_day", "32", "must be 1 to 31")]
    [InlineData("time_zone", "\"\"", "IANA")]
    [InlineData("grace", "\"P32D\"", "must be 0 to 31 days")]
    [InlineData("period_by", "\"mood\"", "must be one of event_time, receipt_time")]
    [InlineData("charge_day", "32", "must be 1 to 31")]
    [InlineData("payout_day", "0", "must be 1 to 31")]
    public void a_calendar(string field, string value, string message) =>
        Breaks<Calendar>("""{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""", field, value, message);

    [Theory]
    [InlineData("unit", "\"\"", "must not be blank")]
    [InlineData("aggregation", "\"mean\"", "must be one of sum, count, max, unique, latest")]
    [InlineData("aggregation", "\"unique\"", "of which dimension are the values counted?", "unique_by")]
    [InlineData("unique_by", "\"country\"", "belongs to the aggregation", "unique_by")]
    [InlineData("dimensions", "[\"quantity\"]", "that is what is counted", "dimensions[0]")]
    [InlineData("dimensions", "[\"a\",\"a\"]", "is listed twice", "dimensions[1]")]
    [InlineData("dimensions", "[\"\"]", "must not be blank", "dimensions[0]")]
    [InlineData("dimensions", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]", "must be at most 16")]
    [InlineData("personal_dimensions", "[\"country\"]", "must not be one of dimensions", "personal_dimensions[0]")]
    [InlineData("personal_dimensions", "[\"quantity\"]", "that is what is counted", "personal_dimensions[0]")]
    [InlineData("personal_dimensions", "[\"to\",\"to\"]", "is listed twice", "personal_dimensions[1]")]
    [InlineData("personal_dimensions", "[\"\"]", "must not be blank", "personal_dimensions[0]")]
    public void a_meter(string field, string value, string message, string? named = null) =>
        Breaks<Meter>("""{"unit":"segment","aggregation":"sum","dimensions":["country"]}""", field, value, message, named);

    [Theory]
    [InlineData("name", "\"\"", "must not be blank")]
    [InlineData("currency", "\"XXX\"", "ISO 4217")]
    public void a_plan(string field, string value, string message) => Breaks<Plan>("""{"name":"Pro","currency":"EUR"}""", field, value, message);

    [Theory]
    [InlineData("credit_limit", "\"-1\"", "must not be negative")]
    [InlineData("kind", "\"barter\"", "must be one of wholesale")]
    [InlineData("seller", "\"\"", "must be 1 to 64")]
    [InlineData("buyer", "\"operator\"", "must not be the seller")]
    [InlineData("calendar", "\"a/b\"", "must be 1 to 64")]
    [InlineData("due_days", "366", "must be 0 to 365")]
    [InlineData("due_days", "-1", "must be 0 to 365")]
    [InlineData("rounding", "\"up\"", "must be one of half_away_from_zero, half_even, toward_zero, away_from_zero")]
    [InlineData("documents", "\"receipt\"", "must be one of invoice, statement, none")]
    [InlineData("splits", """[{"party":"provider","percent":"100"}]""", "belongs to revenue_share")]
    [InlineData("beneficiary", "\"rs1\"", "belongs to agency")]
    [InlineData("commission", """{"rate":"10"}""", "belongs to agency")]
    [InlineData("trial_policy", "\"warn\"", "belongs to revenue_share")]
    [InlineData("tax", """{"category":"Q","rate":"1"}""", "must be one of S, Z, E, AE, O, G, K", "tax.category")]
    [InlineData("tax", """{"category":"S","rate":"100.01"}""", "must be 0 to 100", "tax.rate")]
    [InlineData("tax", """{"category":"S","rate":"-1"}""", "must be 0 to 100", "tax.rate")]
    [InlineData("tax", """{"category":"S"}""", "must be more than 0 in category S", "tax.rate")]
    [InlineData("tax", """{"category":"AE","rate":"25.5","reason":"Reverse charge"}""", "must be 0 in category AE", "tax.rate")]
    [InlineData("tax", """{"category":"E","rate":"0"}""", "is required in category E", "tax.reason")]
    [InlineData("tax", """{"category":"S","rate":"20","reason":"because"}""", "must be absent", "tax.reason")]
    public void an_agreement(string field, string value, string message, string? named = null) =>
        Breaks<Agreement>("""
            {"kind":"wholesale","seller":"operator","buyer":"nordreach","calendar":"monthly","due_days":14,"tax":{"category":"S","rate":"25.5"},"rounding":"half_even"}
            """, field, value, message, named);

    [Theory]
    [InlineData("splits", "null", "is required under revenue_share")]
    [InlineData("splits", "[]", "must be 1 to 16")]
    [InlineData("splits", """[{"party":"provider","percent":"70"},{"party":"t1","percent":"20"}]""", "add up to 90")]
    [InlineData("splits", """[{"party":"provider","percent":"50"},{"party":"provider","percent":"50"}]""", "is listed twice", "splits[1].party")]
    [InlineData("splits", """[{"party":"provider","percent":"100.5"}]""", "must be 0 to 100", "splits[0].percent")]
    [InlineData("splits", """[{"party":"provider","percent":"99.99999"}]""", "at most 4 digits", "splits[0].percent")]
    [InlineData("trial_policy", "\"ignore\"", "must be one of reject, warn")]
    [InlineData("documents", "\"statement\"", "must be invoice under revenue_share")]
    public void a_revenue_share_agreement(string field, string value, string message, string? named = null) =>
        Breaks<Agreement>("""
            {"kind":"revenue_share","seller":"market","buyer":"cld-1","calendar":"c25","tax":{"category":"S","rate":"10"},"trial_policy":"warn","documents":"invoice",
             "splits":[{"party":"provider","percent":"70"},{"party":"t1","percent":"20"},{"party":"market","percent":"10"}]}
            """, field, value, message, named);

    [Theory]
    [InlineData("beneficiary", "null", "belong together")]
    [InlineData("beneficiary", "\"operator\"", "must not be the seller")]
    [InlineData("commission", "null", "belong together")]
    [InlineData("commission", """{"rate":"-1"}""", "must be 0 to 100", "commission.rate")]
    [InlineData("commission", """{"rate":"10","basis":"hoped"}""", "must be one of paid, invoiced", "commission.basis")]
    [InlineData("splits", """[{"party":"provider","percent":"100"}]""", "belongs to revenue_share")]
    public void an_agency_agreement(string field, string value, string message, string? named = null) =>
        Breaks<Agreement>("""
            {"kind":"agency","seller":"operator","buyer":"x","calendar":"monthly","tax":{"category":"S","rate":"25.5"},"beneficiary":"rs1",
             "commission":{"rate":"10","basis":"invoiced"}}
            """, field, value, message, named);

    [Theory]
    [InlineData("partner", "\"a b\"", "must be 1 to 64")]
    [InlineData("currency", "\"XXQ\"", "ISO 4217")]
    [InlineData("country", "\"au\"", "ISO 3166-1")]
    [InlineData("iban", "\"FI2112345600000786\"", "check digits")]
    [InlineData("billing_email", "\"nobody\"", "e-mail")]
    public void a_provider(string field, string value, string message) =>
        Breaks<Provider>("""{"name":"CRM Pty","country":"AU","currency":"AUD","partner":"t1"}""", field, value, message);

    [Theory]
    [InlineData("""{"id":"a b","kind":"recurring","price":"1"}""", "must be 1 to 64", "id")]
    [InlineData("""{"id":"a","kind":"recurring","price":"1","every":"fortnight"}""", "must be one of day, week, semi_month, month, quarter, year", "every")]
    [InlineData("""{"id":"a","kind":"recurring","price":"1","bill":"never"}""", "must be one of arrears, advance, progressive", "bill")]
    [InlineData("""{"id":"a","kind":"recurring","price":"-1"}""", "must not be negative", "price")]
    [InlineData("""{"id":"a","kind":"recurring","price":"0.00000000001"}""", "at most 10 digits after the point", "price")]
    [InlineData("""{"id":"a","kind":"recurring","price":"1000000000000"}""", "at most 12 digits before the point", "price")]
    [InlineData("""{"id":"a","kind":"recurring","price":"1","description":""}""", "must not be blank", "description")]
    [InlineData("""{"id":"a","kind":"usage","meter":"","unit_price":"1"}""", "must be 1 to 64", "meter")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","model":"stairs"}""", "must be one of per_unit", "model")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","model":"volume","tiers":[{"unit_price":"1"}]}""", "belongs to per_unit and package", "unit_price")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"graduated"}""", "is required", "tiers")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"graduated","tiers":[{"up_to":"5","unit_price":"1"}]}""", "is for all tiers but the last", "tiers[0].up_to")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"volume","tiers":[{"up_to":"5"},{"up_to":"5"},{}]}""", "must be more than that of the tier before", "tiers[1].up_to")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","tiers":[{}]}""", "belongs to graduated and volume", "tiers")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","model":"package"}""", "must be more than 0", "package_size")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"flat"}""", "is required", "unit_price")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"percentage"}""", "is required", "percent")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","model":"cost_plus","percent":"-1"}""", "must not be negative", "percent")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","free_units":"9"}""", "belongs to graduated and volume and package", "free_units")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","minimum":"9","maximum":"8"}""", "must not be more than maximum", "minimum")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m"}""", "is required, unless included and overage", "unit_price")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","overage":"1"}""", "is required, unless included and overage", "unit_price")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"-0.01"}""", "must not be negative", "unit_price")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","overage":"-1"}""", "must not be negative", "overage")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","included":"-1"}""", "must not be negative", "included")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","per":"0"}""", "must be more than 0", "per")]
    [InlineData("""{"id":"a","kind":"usage","meter":"m","unit_price":"1","match":{"country":""}}""", "must not be blank", "match.country")]
    public void a_charge(string charge, string message, string field) =>
        Breaks<PlanVersion>("""{"effective_from":"2025-01-01","charges":[]}""", "charges", $"[{charge}]", message, $"charges[0].{field}");

    [Fact]
    public void charges_have_ids_of_their_own_and_no_two_price_the_same_event()
    {
        var errors = Check<PlanVersion>("""
            {"effective_from":"2025-01-01","charges":[
             {"id":"a","kind":"usage","meter":"m","match":{"country":"FI","kind":"otp"},"unit_price":"1"},
             {"id":"a","kind":"usage","meter":"m","match":{"country":"FI"},"unit_price":"1"},
             {"id":"b","kind":"usage","meter":"m","match":{"kind":"otp","country":"FI"},"unit_price":"2"},
             {"id":"c","kind":"usage","meter":"m","match":{"kind":"otp"},"unit_price":"2"},
             {"id":"d","kind":"usage","meter":"n","match":{"country":"FI"},"unit_price":"2"},
             {"id":"e","kind":"usage","meter":"n","unit_price":"2"},
             {"id":"f","kind":"usage","meter":"n","match":{},"unit_price":"2"}]}
            """);
        errors.Select(error => error.Key).ShouldBe(["charges[1].id", "charges[2].match", "charges[6].match"]);
        errors["charges[2].match"].Single().ShouldContain("charge \"a\"");
    }

    [Theory]
    [InlineData("customer", "\"\"", "must be 1 to 64")]
    [InlineData("ends_at", "\"2025-05-01T00:00:00Z\"", "must be after starts_at")]
    [InlineData("legs", "[]", "must be 1 to 8")]
    [InlineData("legs", """[{"agreement":"x","plan":"p"},{"agreement":"x","plan":"q"}]""", "has a leg already", "legs[1].agreement")]
    [InlineData("legs", """[{"agreement":"x","plan":""}]""", "must be 1 to 64", "legs[0].plan")]
    [InlineData("funding", """{"mode":"prepaid"}""", "is needed", "funding.wallet")]
    [InlineData("funding", """{"mode":"barter"}""", "must be one of postpaid", "funding.mode")]
    public void a_subscription(string field, string value, string message, string? named = null) =>
        Breaks<Subscription>("""{"customer":"alfa","starts_at":"2025-05-01T00:00:00Z","legs":[{"agreement":"x","plan":"p"}],"funding":{"mode":"postpaid"}}""",
            field, value, message, named);

    [Fact]
    public void all_errors_are_named_at_once() =>
        Check<Seller>("""{"name":"","country":"x","currency":"x","time_zone":"x","vat_id":"x","iban":"x"}""").Select(error => error.Key)
            .ShouldBe(["name", "country", "currency", "time_zone", "vat_id", "iban"]);

    [Theory]
    [InlineData("FI2112345600000785", true), InlineData("DE89370400440532013000", true), InlineData("IE29AIBK93115212345678", true)]
    [InlineData("GB82WEST12345698765432", true), InlineData("GB82WEST12345698765423", false), InlineData("fi2112345600000785", false), InlineData("FI21", false)]
    public void check_digits_of_accounts_hold(string iban, bool valid) => BankAccounts.IsIban(iban).ShouldBe(valid);

    /// <summary>The good body has no fault; with one member replaced it has exactly one, and names the field.</summary>
    private static void Breaks<T>(string good, string member, string value, string message, string? named = null) where T : class
    {
        Check<T>(good).ToString().ShouldBe("");
        var node = System.Text.Json.Nodes.JsonNode.Parse(good)!.AsObject();
        node[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var errors = Check<T>(node.ToJsonString());
        errors.Select(error => error.Key).ShouldBe([named ?? member], errors.ToString());
        errors[named ?? member].ShouldContain(text => text.Contains(message), errors.ToString());
    }

    private static FieldErrors Check<T>(string json) where T : class
    {
        var parsed = Definitions.Read<T>(json);
        return parsed.Ok ? DefinitionRules.Check(parsed.Value) : throw new ShouldAssertException(parsed.Errors.ToString());
    }
}
