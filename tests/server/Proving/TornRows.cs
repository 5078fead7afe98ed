// Rows of the journal that were cut off, overwritten or changed by one bit: verify names each, its stream is refused by name, all others go on.
namespace OrleansBilling.Server.Tests.Proving;

public sealed class TornRowsOnSqlite(OnSqlite place) : TornRows(place), IClassFixture<OnSqlite>;

public sealed class TornRowsOnPostgres(OnPostgres place) : TornRows(place), IClassFixture<OnPostgres>;

public abstract class TornRows(ServerPlace place) : Usage.UsageScenario(place)
{
    static readonly (string Name, string Words, Func<byte[], byte[]> Harm)[] Harms =
    [
        ("empty", "is cut off: it has 0 bytes", _ => []),
        ("head-only", "is cut off: it has 8 bytes", row => row[..8]),
        ("half", "does not have the checksum", row => row[..(row.Length / 2)]),
        ("one-byte-less", "does not have the checksum", row => row[..^1]),
        ("one-byte-more", "does not have the checksum", row => [.. row, 0]),
        ("zeros-behind", "does not have the checksum", row => [.. row[..(row.Length / 2)], .. new byte[row.Length - (row.Length / 2)]]),
        ("zeros", "has an unknown format", row => new byte[row.Length]),
        ("first-bit", "has an unknown format", row => [(byte)(row[0] ^ 0x80), .. row[1..]]),
        ("middle-bit", "does not have the checksum", row => Flipped(row, row.Length / 2)),
        ("last-bit", "does not have the checksum", row => Flipped(row, row.Length - 1)),
    ];

    [Fact]
    public async Task each_is_found_and_refused_by_name_and_no_other_stream_with_it()
    {
        foreach (var (name, _, _) in Harms) await Scene.Subscribe(name, "alfa", "05-01", ("wholesale", "sms"));
        await Admin.Put($"/v1/wallets/{Scene.Id("torn")}", new { owner = Scene.Id("nordreach"), currency = "EUR" });
        await Admin.Post($"/v1/wallets/{Scene.Id("torn")}/top_up", new { amount = "5", reference = "first" });
        // Two rows each: the harm is in the last one, as a crash leaves it, or in the first.
        foreach (var id in (string[])["1", "2"])
            await Admin.Events(Harms.Select(harm => Event(id, subscription: harm.Name)).Append(Event(id)));
        await Place.Server.Stop();
        await Damage();

        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(1, output);
        foreach (var (name, words, _) in Harms) Named(output, $"subscription {Scene.Id(name)}, row ", words);
        Named(output, $"wallet {Scene.Id("torn")}, row ", "is cut off");
        output.Split('\n').ShouldNotContain(line => line.Contains(Scene.Id("alfa-0"), StringComparison.Ordinal) && line.Contains("[row]", StringComparison.Ordinal));

        await Place.Start();
        foreach (var (name, _, _) in Harms)
        {
            var refused = await Admin.TryEvents("application/x-ndjson", Api.Lines([Event("3", subscription: name)]));
            UsageAnswer.Of(refused.Refused(503, "unavailable")).Unknown.ShouldBe(1, name);
            (await Admin.TryGet($"/v1/subscriptions/{Scene.Id(name)}/usage")).Refused(503, "unavailable");
        }
        (await Admin.TryPost($"/v1/wallets/{Scene.Id("torn")}/top_up", new { amount = "5", reference = "second" })).Expect(503);
        (await Admin.Events(Event("3"))).Counts.ShouldBe((1, 0, 0, 0));
        (await Counted()).ShouldBe("3");
        foreach (var (name, words, _) in Harms) Named(Place.Server.Output, Scene.Id(name), words);
    }

    async Task Damage()
    {
        await using var connection = await Place.OpenStore();
        var harm = new StoreHarm(connection);
        foreach (var ((name, _, change), at) in Harms.Select((one, at) => (one, at)))
        {
            var stream = await harm.Stream("subscription", Scene.Id(name));
            await harm.Change(stream, at % 3 == 0 ? 1 : await harm.Last(stream), change);
        }
        await harm.Change(await harm.Stream("wallet", Scene.Id("torn")), 1, row => row[..5]);
    }

    static byte[] Flipped(byte[] row, int at)
    {
        row[at] ^= 1;
        return row;
    }

    static void Named(string output, string whose, string words) =>
        output.Split('\n').ShouldContain(line => line.Contains(whose, StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal), $"{whose}: {words}\n{output}");
}
