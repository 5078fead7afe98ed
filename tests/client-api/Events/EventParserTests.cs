// CloudEvents as they come in: what is read, and with which sentence the rest is refused.
using System.Text;
using OrleansBilling.Billing;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class EventParserTests
{
    [Fact]
    public void a_valid_event_is_read() => Parsed.Read(Parsed.Event()).ShouldBe(Parsed.Valid);

    [Theory]
    [InlineData("specversion", "specversion is missing")]
    [InlineData("id", "id is missing")]
    [InlineData("source", "source is missing")]
    [InlineData("type", "type is missing")]
    [InlineData("subject", "subject is missing")]
    [InlineData("time", "time is missing")]
    public void a_required_member_that_is_absent_or_null_is_missing(string name, string fault)
    {
        Parsed.With(name, null).ShouldBe($"no: {fault}");
        // CloudEvents JSON 2.2: a null attribute is an absent one.
        Parsed.With(name, "null").ShouldBe($"no: {fault}");
    }

    [Theory]
    [InlineData("specversion", "\"0.3\"", "specversion must be \"1.0\"")]
    [InlineData("specversion", "1.0", "specversion must be \"1.0\"")]
    [InlineData("id", "7", "id must be a string")]
    [InlineData("id", "\"\"", "id must not be empty")]
    [InlineData("id", "[]", "id must be a string")]
    [InlineData("source", "{}", "source must be a string")]
    [InlineData("source", "\"\"", "source must not be empty")]
    [InlineData("type", "true", "type must be a string")]
    [InlineData("type", "\"\"", "type must not be empty")]
    [InlineData("subject", "1", "subject must be a string")]
    [InlineData("subject", "\"\"", "subject must not be empty")]
    [InlineData("time", "1747042200", "time must be a string")]
    [InlineData("time", "\"\"", "time must not be empty")]
    [InlineData("time", "\"yesterday\"", "time must be an RFC 3339 instant with an offset, e.g. 2025-05-12T09:30:00.120Z")]
    [InlineData("data", "[]", "data must be a JSON object")]
    [InlineData("data", "\"x\"", "data must be a JSON object")]
    [InlineData("data", "1", "data must be a JSON object")]
    [InlineData("data", "{\"a\":{}}", "data.a must be a string, a number or a boolean")]
    [InlineData("data", "{\"a\":[1]}", "data.a must be a string, a number or a boolean")]
    [InlineData("data", "{\"\":\"x\"}", "the name of a member of data must not be empty")]
    [InlineData("data", "{\"\":1}", "the name of a member of data must not be empty")]
    [InlineData("data", "{\"a\":\"x\",\"b\":1,\"a\":\"x\"}", "a member of data is there twice")]
    [InlineData("data", "{\"a\":\"x\",\"\\u0061\":\"y\"}", "a member of data is there twice")]
    [InlineData("data", "{\"quantity\":1,\"quantity\":1}", "data.quantity is there twice")]
    [InlineData("data", "{\"quantity\":1,\"quantit\\u0079\":1}", "data.quantity is there twice")]
    [InlineData("data_base64", "\"AA==\"", "data_base64 is not supported: send data as JSON")]
    [InlineData("datacontenttype", "\"text/plain\"", "datacontenttype must be application/json")]
    [InlineData("datacontenttype", "\"\"", "datacontenttype must be application/json")]
    [InlineData("datacontenttype", "1", "datacontenttype must be application/json")]
    public void what_is_wrong_is_said_in_one_sentence(string name, string json, string fault) => Parsed.With(name, json).ShouldBe($"no: {fault}");

    [Theory]
    [InlineData("datacontenttype", "\"application/json\"")]
    [InlineData("datacontenttype", "\"application/json; charset=utf-8\"")]
    [InlineData("datacontenttype", "\"Application/JSON\"")]
    [InlineData("datacontenttype", "\"application/vnd.x+json\"")]
    [InlineData("datacontenttype", "null")]
    [InlineData("data_base64", "null")]
    [InlineData("dataschema", "\"https://example.org/s\"")]
    [InlineData("traceparent", "\"00-abc\"")]
    [InlineData("extension", "{\"deep\":[1,2,{\"id\":\"x\"}]}")]
    [InlineData("Id", "\"another\"")]
    public void other_attributes_are_allowed_and_ignored(string name, string json) => Parsed.With(name, json).ShouldBe(Parsed.Valid);

    [Theory]
    [InlineData("id"), InlineData("source"), InlineData("type"), InlineData("subject"), InlineData("time"), InlineData("specversion"), InlineData("data")]
    public void a_member_that_is_there_twice_is_refused_however_it_is_written(string name)
    {
        var json = Parsed.Members.Single(member => member.Name == name).Json;
        Parsed.Read(Parsed.Event()[..^1] + $",\"{name}\":{json}}}").ShouldBe($"no: {name} is there twice");
        Parsed.Read(Parsed.Event()[..^1] + $",\"\\u{(int)name[0]:x4}{name[1..]}\":{json}}}").ShouldBe($"no: {name} is there twice");
    }

    [Fact]
    public void escaped_names_are_the_same_names() =>
        Parsed.Read(Parsed.Event().Replace("\"id\"", "\"\\u0069d\"")
            .Replace("\"data\"", "\"d\\u0061ta\"").Replace("\"quantity\"", "\"\\u0071uantity\"")).ShouldBe(Parsed.Valid);

    [Theory]
    [InlineData(null, "x 1 {}")]
    [InlineData("null", "x 1 {}")]
    [InlineData("{}", "x 1 {}")]
    [InlineData("{\"quantity\":0}", "x 0 {}")]
    [InlineData("{\"quantity\":\"2.50\"}", "x 2.50 {}")]
    [InlineData("{\"quantity\":2.5,\"b\":true,\"a\":1.0,\"c\":false,\"d\":null,\"e\":\"\"}", "x 2.5 {a=1.0 b=true c=false e=}")]
    [InlineData("{\"b\":\"x\\\"y\\\\\\n\\u00e4\",\"ä\":\"\\ud83d\\ude00\"}", "x 1 {b=x\"y\\\nä ä=😀}")]
    public void data_is_quantity_and_dimensions(string? data, string text) => Parsed.With("data", data).ShouldEndWith(text);

    [Theory]
    [InlineData("1", "1"), InlineData("0", "0"), InlineData("0.0000000001", "0.0000000001"), InlineData("999999999999.9999999999", "999999999999.9999999999")]
    [InlineData("1.50", "1.50"), InlineData("123456789012345678", null), InlineData("1234567890123", null), InlineData("0.00000000001", null)]
    [InlineData("-1", null), InlineData("-0", null), InlineData("1e3", null), InlineData("1E3", null), InlineData("1.5e-3", null)]
    public void a_number_as_quantity_is_exact_or_refused(string number, string? quantity)
    {
        const string refusal = "no: data.quantity must be a decimal of zero or more, e.g. \"2\", with at most 12 digits before the point and 10 after it";
        foreach (var json in new[] { number, $"\"{number}\"" })
            Parsed.With("data", $"{{\"quantity\":{json}}}")
                .ShouldBe(quantity is null ? refusal : $"sub-a: /smsc/1 e-1 2025-05-12T09:30:00Z sms x {quantity} {{}}", json);
    }

    [Theory]
    [InlineData("\"\""), InlineData("\".\""), InlineData("\"1.\""), InlineData("\".5\""), InlineData("\"+1\""), InlineData("\" 1\""), InlineData("\"1 \""), InlineData("\"1,5\""), InlineData("\"1.2.3\"")]
    [InlineData("\"0x10\""), InlineData("\"NaN\""), InlineData("\"Infinity\""), InlineData("\"١\""), InlineData("null"), InlineData("true"), InlineData("[]"), InlineData("{}")]
    public void what_is_no_plain_decimal_is_no_quantity(string json) =>
        Parsed.With("data", $"{{\"quantity\":{json}}}").ShouldStartWith("no: data.quantity must be a decimal");

    [Theory]
    [InlineData("00000000000000000000000000000000000002.5", "2.5")]
    [InlineData("000000000001.0", "1.0")]
    public void zeros_in_front_say_nothing(string quantity, string read) =>
        Parsed.With("data", $"{{\"quantity\":\"{quantity}\"}}").ShouldEndWith($"x {read} {{}}");

    [Theory]
    [InlineData(""), InlineData(" "), InlineData("null"), InlineData("7"), InlineData("[]"), InlineData("\"x\""), InlineData("{"), InlineData("{}x"), InlineData("{} {}"), InlineData("{\"id\":}"), InlineData("{\"id\":\"x\",}")]
    [InlineData("// comment\n{}"), InlineData("{'id':1}"), InlineData("\uFEFF{}")]
    public void what_is_no_json_object_is_no_event(string json) => Parsed.Read(json).ShouldStartWith("no: ");

    [Fact]
    public void an_event_may_nest_eight_levels_and_no_more()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("[", levels)) + string.Concat(Enumerable.Repeat("]", levels));
        Parsed.With("x", Nested(Limits.EventDepthMax - 1)).ShouldBe(Parsed.Valid);
        Parsed.With("x", Nested(Limits.EventDepthMax)).ShouldStartWith("no: this is not JSON of at most 8 levels: position ");
        Parsed.With("x", Nested(20_000)).ShouldStartWith("no: this is not JSON of at most 8 levels: position ");
    }

    [Fact]
    public void an_event_has_at_most_64_kib()
    {
        var padding = Limits.EventBytesMax - Parsed.Event("x", "\"\"").Length;
        Parsed.With("x", $"\"{new string('y', padding)}\"").ShouldBe(Parsed.Valid);
        Parsed.With("x", $"\"{new string('y', padding + 1)}\"").ShouldBe("no: an event has at most 65536 bytes");
    }

    [Theory]
    [InlineData("id"), InlineData("source"), InlineData("type"), InlineData("subject")]
    public void a_text_has_at_most_1024_bytes_and_counts_them_unescaped(string name)
    {
        Parsed.With(name, $"\"{new string('x', Limits.TextBytesMax)}\"").ShouldNotStartWith("no: ");
        Parsed.With(name, $"\"{string.Concat(Enumerable.Repeat("\\u0078", Limits.TextBytesMax))}\"").ShouldNotStartWith("no: ");
        Parsed.With(name, $"\"{new string('x', Limits.TextBytesMax + 1)}\"").ShouldBe($"no: {name} has at most 1024 bytes");
        Parsed.With(name, $"\"{new string('ä', (Limits.TextBytesMax / 2) + 1)}\"").ShouldBe($"no: {name} has at most 1024 bytes");
    }

    [Fact]
    public void data_has_at_most_64_members_of_bounded_length()
    {
        static string Data(int members) => "{" + string.Join(',', Enumerable.Range(0, members).Select(number => $"\"m{number}\":1")) + "}";
        Parsed.With("data", Data(Limits.DimensionsMax)).ShouldNotStartWith("no: ");
        Parsed.With("data", Data(Limits.DimensionsMax + 1)).ShouldBe("no: data has more than 64 members");
        var longText = new string('n', Limits.TextBytesMax + 1);
        Parsed.With("data", $"{{\"{longText}\":\"\"}}").ShouldBe("no: the name of a member of data has at most 1024 bytes");
        Parsed.With("data", $"{{\"{longText}\":{{}}}}").ShouldBe("no: the name of a member of data has at most 1024 bytes");
        Parsed.With("data", $"{{\"a\":\"{longText}\"}}").ShouldBe("no: a member of data has at most 1024 bytes");
        Parsed.With("data", $"{{\"a\":{new string('1', Limits.TextBytesMax + 1)}}}").ShouldBe("no: a member of data has at most 1024 bytes");
    }

    [Theory]
    [InlineData("id", "\"a\\u0000b\"", "id must not hold U+0000")]
    [InlineData("source", "\"\\u0000\"", "source must not hold U+0000")]
    [InlineData("type", "\"a\\u0000\"", "type must not hold U+0000")]
    [InlineData("subject", "\"a\\u0000\"", "subject must not hold U+0000")]
    [InlineData("data", "{\"a\":\"\\u0000\"}", "a member of data must not hold U+0000")]
    [InlineData("data", "{\"a\\u0000\":\"x\"}", "the name of a member of data must not hold U+0000")]
    [InlineData("data", "{\"a\\u0000\":{}}", "the name of a member of data must not hold U+0000")]
    public void a_nul_that_the_store_could_not_hold_is_refused(string name, string json, string fault) => Parsed.With(name, json).ShouldBe($"no: {fault}");

    [Theory]
    [InlineData("id", "\"\\ud800\""), InlineData("id", "\"\\udc00x\""), InlineData("subject", "\"\\ud83d\\ud83d\""), InlineData("datacontenttype", "\"\\ud800\"")]
    [InlineData("data", "{\"\\ud800\":\"x\"}"), InlineData("data", "{\"a\":\"\\ud800\"}"), InlineData("data", "{\"quantity\":\"\\ud800\"}"), InlineData("specversion", "\"\\ud800\""), InlineData("time", "\"\\ud800\""), InlineData("\\ud800", "1")]
    public void half_a_surrogate_pair_is_refused(string name, string json) => Parsed.With(name, json).ShouldStartWith("no: ");

    public static TheoryData<string, string> NotUtf8 => new()
    {
        { "id", "FF" }, { "source", "C3" }, { "type", "C080" }, { "subject", "EDA080" }, { "data", "F5808080" }, { "time", "80" }, { "extension", "FE" },
    };

    [Theory, MemberData(nameof(NotUtf8))]
    public void bytes_that_are_not_utf_8_are_refused(string name, string hex)
    {
        var json = Encoding.UTF8.GetBytes(Parsed.Event(name, name == "data" ? "{\"a\":\"@\"}" : "\"@\""));
        var at = Array.IndexOf(json, (byte)'@');
        Parsed.Read([.. json[..at], .. Convert.FromHexString(hex), .. json[(at + 1)..]]).ShouldBe("no: an event must be UTF-8");
    }
}
