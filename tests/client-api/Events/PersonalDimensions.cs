// Values of personal dimensions: marked where they are parsed, sealed before they are sent, and never both of one customer's and another's.
using System.Reflection;
using System.Text;
using Orleans;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.Storage.Definitions;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class PersonalDimensions
{
    const string Meters = """{"unit":"message","aggregation":"sum","dimensions":["country"],"personal_dimensions":["to","from"]}""";

    [Fact]
    public async Task only_they_are_replaced_and_each_subscription_has_its_own_secret()
    {
        var chunk = await Chunk();
        Add(chunk, "a", """{"zone":"9","to":"+358401234567","country":"FI"}""");
        Add(chunk, "b", """{"to":"+358401234567","from":"ACME","quantity":"2"}""");
        Add(chunk, "b", """{"country":"FI"}""");
        Add(chunk, "b", """{"country":"FI","to":17}""");
        chunk.HasPersonal.ShouldBeTrue();
        var secrets = chunk.PersonalSubscriptions().ToDictionary(one => one, one => Encoding.UTF8.GetBytes(one.Id));
        secrets.Keys.Select(one => one.Id).Order(StringComparer.Ordinal).ShouldBe(["a", "b"]);
        chunk.Seal(secrets);
        chunk.HasPersonal.ShouldBeFalse();

        var records = Records(chunk);
        records[0].Keys.ShouldBe(["country", "to", "zone"]);
        (records[0]["country"], records[0]["zone"]).ShouldBe(("FI", "9"));
        records[0]["to"].ShouldBe(Sealed("+358401234567", "a"));
        records[1]["to"].ShouldBe(Sealed("+358401234567", "b"));
        records[1]["from"].ShouldBe(Sealed("ACME", "b"));
        records[2].ShouldBe(new Dictionary<string, string> { ["country"] = "FI" });
        records[3]["to"].ShouldBe(Sealed("17", "b"));
    }

    [Fact]
    public async Task an_event_that_is_refused_leaves_nothing_to_seal()
    {
        var chunk = await Chunk();
        Add(chunk, "a", """{"to":"+358401234567","to":"x"}""");
        Add(chunk, "a", """{"to":"+358401234567","quantity":"-1"}""");
        chunk.HasPersonal.ShouldBeFalse();
        chunk.Clear();
        Add(chunk, "a", """{"country":"FI"}""");
        chunk.HasPersonal.ShouldBeFalse();
    }

    [Fact]
    public async Task an_event_that_the_caller_may_not_send_is_not_sealed()
    {
        var chunk = await Chunk();
        Add(chunk, "a", """{"to":"1"}""");
        Add(chunk, "b", """{"to":"2"}""");
        chunk.Hide(0);
        chunk.PersonalSubscriptions().Select(one => one.Id).ShouldBe(["b"]);
        chunk.Seal(chunk.PersonalSubscriptions().ToDictionary(one => one, _ => new byte[] { 1 }));
    }

    // Told with other means than the product's: SHA-256, its text, HMAC-SHA256 of that, its text.
    static string Sealed(string value, string secret) => "hash:" + Text(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret),
        Encoding.UTF8.GetBytes(Text(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(value))))));

    static string Text(byte[] hash) => Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static void Add(EventChunk chunk, string subscription, string data) => chunk.Add(Encoding.UTF8.GetBytes(
        $$"""{"specversion":"1.0","id":"1","source":"/s","type":"message","subject":"{{subscription}}","time":"2025-05-12T09:30:00Z","data":{{data}}}"""));

    static List<SortedDictionary<string, string>> Records(EventChunk chunk)
    {
        var reader = new PackedReader(chunk.Grouped().Span);
        var records = new List<SortedDictionary<string, string>>();
        while (!reader.AtEnd)
        {
            var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
            for (var dimensions = UsageRecord.Read(ref reader).Dimensions; dimensions.Next(out var name, out var value);)
                pairs.Add(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
            records.Add(pairs);
        }
        return records;
    }

    static async Task<EventChunk> Chunk()
    {
        var meters = new PersonalMeters(DispatchProxy.Create<IDefinitionStore, OneMeter>());
        await meters.Read(TestContext.Current.CancellationToken);
        return new EventChunk(new EventParser(personal: meters), new SubscriptionDirectory(DispatchProxy.Create<IGrainFactory, EventReaderTests.Grains>()));
    }

    /// <summary>Definitions of one meter, asked for as a list.</summary>
    public class OneMeter : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Task.FromResult<IReadOnlyList<Definition>>([new Definition(DefinitionKinds.Meter, "message", 1, 0, null, Meters, default)]);
    }
}
