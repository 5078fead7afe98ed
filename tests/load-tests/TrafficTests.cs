// A small platform on a real server: set up twice, some traffic, a close; and what was counted is what the API says.
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.Traffic;

namespace OrleansBilling.LoadTests.Tests;

public sealed class TrafficTests : IDisposable
{
    const string Key = "traffic-tests";
    readonly string folder = Directory.CreateTempSubdirectory("billing-traffic-").FullName;
    readonly StringWriter said = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task a_platform_is_set_up_sends_and_closes_its_month()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await BillingServer.Sandbox(null, ["--data", folder], Key, cancel);
        using var api = new PlatformApi(new Uri($"http://127.0.0.1:{server.Port}"), Key);
        var line = new ProgressLine(said, plain: true);
        var options = new TrafficOptions(5, 20, 60, Rate: 400, Speed: 600, TimeSpan.FromSeconds(3), Seed: 7);
        var first = await TrafficCommand.Run(api, Key, options, line, cancel);
        var second = await TrafficCommand.Run(api, Key, options with { Seed = 8 }, line, cancel);
        (first.Accepted > 0 && second.Accepted > 0 && first.Refused + second.Refused == 0).ShouldBeTrue(said.ToString());

        (await new MonthEnd(api, line).Close(cancel)).ShouldBeTrue(said.ToString());
        said.ToString().ShouldContain("5 partners (1 of them sub-partners), 20 customers, 60 subscriptions, 5 wallets.");
        said.ToString().ShouldContain(": 5 invoices to partners over");
        var (_, runs) = await api.Try(HttpMethod.Get, $"/v1/runs?calendar={Platform.Calendar}", null, cancel);
        var period = runs.GetProperty("data")[0].GetProperty("period").GetString();
        var counted = 0L;
        foreach (var sender in Platform.Of(5, 20, 60).Senders)
        {
            var usage = await api.Get($"/v1/subscriptions/{sender.Id}/usage?period={period}", cancel);
            counted += usage.GetProperty("meters").EnumerateArray().Sum(meter => meter.GetProperty("events").GetInt64());
        }

        counted.ShouldBe(first.Accepted + second.Accepted);
    }

    [Fact]
    public void the_platform_is_as_large_as_is_said_and_every_id_is_its_own()
    {
        var platform = Platform.Of(25, 400, 2_000);
        (platform.Partners.Count(partner => partner.Partner is not null), platform.Wallets.Count).ShouldBe((5, 100));
        string[] ids = [.. platform.Sellers.Concat(platform.Partners).Concat(platform.Customers).Select(party => party.Id)];
        ids.Distinct().Count().ShouldBe(427);
        platform.Senders.Select(sender => sender.Id).Distinct().Count().ShouldBe(2_000);
    }

    [Fact]
    public void a_night_is_quiet_and_some_events_come_twice()
    {
        var messages = new Messages(Platform.Of(5, 20, 60), seed: 3);
        var noon = new DateTimeOffset(2025, 5, 13, 10, 0, 0, TimeSpan.FromHours(3));
        var day = Enumerable.Range(0, 200).Sum(_ => messages.Level(noon, noon));
        var night = Enumerable.Range(0, 200).Sum(_ => messages.Level(noon.AddHours(-7), noon));
        night.ShouldBeLessThan(day / 5);
        var sent = messages.Next(20_000, noon);
        (sent.Count - sent.DistinctBy(message => message.Id).Count()).ShouldBeInRange(120, 280);
        sent.CountBy(message => message.Sender.Id).Max(one => one.Value).ShouldBeGreaterThan(20_000 / 60 * 5);
    }
}
