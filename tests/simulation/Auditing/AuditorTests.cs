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
}
