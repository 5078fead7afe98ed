// Thousands of random lives, decided twice: by the product and by the slow model.
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class ModelTests
{
    private const string Variable = "BILLING_SEED";
    private const int Lives = 3000;

    [Fact]
    public void the_slow_model_agrees_on_every_outcome_and_every_total()
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        var from = given is null ? Guid.NewGuid().GetHashCode() : int.Parse(given);
        var seen = new HashSet<string>();
        for (var seed = from; seed != from + (given is null ? Lives : 1); seed = unchecked(seed + 1))
        {
            var (state, model) = (new SubscriptionState(), new SlowModel());
            foreach (var batch in History.Of(seed, seals: false).Cast<Batch>())
            {
                var outcomes = state.Decide(History.Terms, batch.Now, batch.Events).Outcomes.Select(outcome => outcome.ToString()).ToArray();
                outcomes.ShouldBe(batch.Events.Select(one => model.Decide(one, batch.Now)), $"{Variable}={seed}");
                seen.UnionWith(outcomes);
            }

            Totals(state).ShouldBe(model.Totals.Select(pair =>
                $"{pair.Key} {pair.Value.Count} {pair.Value.Quantity:0.######} {pair.Value.Amount:0.##########}"), $"{Variable}={seed}");
        }

        // The control: the lives are varied enough to meet every outcome.
        if (given is null)
            seen.Order().ShouldBe(["Accepted", "Conflict", "Duplicate", "InTheFuture", "NoPrice", "SubscriptionNotActive", "TooLate", "UnknownMeter"]);
    }

    private static IEnumerable<string> Totals(SubscriptionState state) => state.Cells.ToArray()
        .Select(cell => $"{cell.Identity.Agreement} {cell.Identity.Charge}.{cell.Identity.PlanVersion} {cell.Identity.Period.Label} {cell.Count} {cell.Quantity:0.######} {cell.Amount:0.##########}")
            
        .Order(StringComparer.Ordinal);
}
