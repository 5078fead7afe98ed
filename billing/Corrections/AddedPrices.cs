// What a price correction does to the surcharges of an event: those of the version that should have priced it take the place of those that stand.
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Usage;

/// <summary>A surcharge as it should have been.</summary>
internal readonly record struct AddedPrice(CellIdentity Identity, decimal Quantity, decimal Amount);

/// <summary>A price that was named is the price alone: what is added to it stays.</summary>
internal static class AddedPrices
{
    /// <summary>What is taken back and what is charged in its place; nothing where all of it is the same.</summary>
    public static (IReadOnlyList<LegAmount> Gone, IReadOnlyList<AddedPrice> New) Changed(SubscriptionState state, PriceChange change,
        scoped in UsageRecord accepted, List<LegAmount> standing, LegRater? rater, CellIdentity price)
    {
        if (change.PlanVersion is not { } version || rater is null)
            return ([], []);
        var on = standing.Where(leg => PriceDecider.CellOf(state, leg).Identity.Agreement == change.Agreement).ToList();
        var stood = on.Where(leg => IsAdded(state, leg)).ToList();
        var units = on.Where(leg => !IsAdded(state, leg)).Sum(leg => leg.Quantity);
        var rated = new List<Rated>();
        rater.SurchargesBy(version, accepted, units, rated);
        CorrectionDecider.Move(state, [.. stood], -1);
        var meant = rated.ConvertAll(one => Price(state, one, price));
        CorrectionDecider.Move(state, [.. stood], 1);
        return meant.SequenceEqual(stood.Select(leg => new AddedPrice(PriceDecider.CellOf(state, leg).Identity, leg.Quantity, leg.Amount)))
            ? ([], [])
            : (stood, meant);
    }

    /// <summary>Money alone: where units pay for the rest, surcharges are invoiced.</summary>
    public static int PurseOf(SubscriptionState state, int purse) => purse != 0 && state.PurseAt(purse).CountsUnits ? 0 : purse;

    private static bool IsAdded(SubscriptionState state, LegAmount leg) => Surcharge.Is(PriceDecider.CellOf(state, leg).Identity.Charge);

    private static AddedPrice Price(SubscriptionState state, Rated rated, CellIdentity price)
    {
        var identity = rated.Identity with { Calendar = price.Calendar, Period = price.Period };
        var used = rated.Charge.Per == 1 ? 0 : state.UsedOf(identity);
        return new AddedPrice(identity, rated.Quantity, UsagePrice.Amount(rated.Charge, used, rated.Quantity));
    }
}
