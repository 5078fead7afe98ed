// The auditor alone, on rows written by hand: what it needs no engine for.
using OrleansBilling.Simulation.Tests.Log;
using OrleansBilling.Simulation.Tests.Planting;

namespace OrleansBilling.Simulation.Tests.Auditing;

public sealed class AuditorTests
{
    private static readonly TreeFacts Tree = new(new Dictionary<long, string> { [1] = "wallet/w" }, new Dictionary<string, string?> { ["w"] = null }, new Dictionary<string, LegFacts[]>());

    [Theory]
    [InlineData("5", true)]
    [InlineData("5.01", false)]
    public void A_wallet_hands_out_what_was_paid_in_and_no_more(string amount, bool fits)
    {
        var log = new ClientLog();
        log.Add(new MoneySent(1, "top_up", "w", "t", "", 5, 5, null));
        var rows = new[]
        {
            StoredRow.Of(1, 1, FrameBytes.Of(34, 1, "", "t", 5m, (byte)0, "me")),
            StoredRow.Of(1, 2, FrameBytes.Of(32, 2, "subscription/s", 1, decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture))),
        };
        Auditor.Check(rows, log, Tree).All.Exists(one => one.Kind == Kind.OverSpend).ShouldBe(!fits);
    }

    [Theory]
    [InlineData("10", true)]
    [InlineData("9.9", false)]
    public void A_package_pays_for_what_was_granted_and_no_more(string granted, bool fits)
    {
        var tree = new TreeFacts(new Dictionary<long, string> { [1] = "subscription/s" }, new Dictionary<string, string?>(),
            new Dictionary<string, LegFacts[]> { ["s"] = [new LegFacts("retail", null, false, new Dictionary<string, decimal> { ["FI"] = 0.05m })] });
        var log = new ClientLog();
        var sent = new SentEvent("/a", "1", 2, 12, "sms", "FI");
        log.Add(new GrantSent(0, "s", "p", "retail", decimal.Parse(granted, System.Globalization.CultureInfo.InvariantCulture), 0));
        log.Add(new UsageSent(1, "s", [sent]));
        log.Add(new UsageAnswered(1, ["accepted"]));
        // Twelve units, of which the package pays for ten and the plan prices two.
        byte[] record = [.. Text("/a"), .. Text("1"), 2, 0, 0, 0, 0, 0, 0, 0, 0, 12, .. Text("sms"), 1, .. Text("country"), .. Text("FI")];
        object[] usage =
        [
            1, .. Cell(0, int.MaxValue), .. Cell(1, 0), (byte)3, record.Length, .. record.Cast<object>(),
            2, 0, 10m, 0m, 1, (byte)0, 1, 2m, 0.1m, 0, (byte)1,
        ];
        var rows = new[]
        {
            StoredRow.Of(1, 1, FrameBytes.Of(5, 1, 1, "p", "retail", "sms", decimal.Parse(granted, System.Globalization.CultureInfo.InvariantCulture), 0m,
                0L, 0L, 0L, (byte)1, 0L, (byte)0)),
            StoredRow.Of(1, 2, FrameBytes.Of(1, 2, usage)),
        };
        var found = Auditor.Check(rows, log, tree).All;
        found.ShouldAllBe(one => one.Kind == Kind.OverSpend, string.Join(' ', found));
        (found.Count == 0).ShouldBe(fits);
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];

    private static object[] Cell(int number, int purse) =>
        [(byte)1, number, purse, "retail", "monthly", "plan", 1, "sms", "sms", "2025-05", 0L, 0L, 0L, 0L];
}
