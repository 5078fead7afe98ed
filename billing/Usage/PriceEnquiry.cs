// What an event would cost now, and what would have to pay for it: asked and not counted.
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Usage;

/// <summary>A part of what an event costs on a leg.</summary>
/// <param name="Rated">Charge, total and quantity.</param>
/// <param name="Amount">Exact.</param>
/// <param name="CoveredBy">Which kind of grants pays for it (<see cref="UsageCell.CoveredBy"/>).</param>
public readonly record struct PricedPart(Rated Rated, decimal Amount, int CoveredBy);

/// <summary>What a wallet would have to pay.</summary>
public sealed record PricedFund(LegFunding Funding, decimal Required);

/// <summary>The answer. Without an outcome of accepted the parts may be missing.</summary>
/// <param name="Outcome">As far as the subscription decides; whether wallets have enough is theirs to say.</param>
/// <param name="Parts">In the order of the legs.</param>
/// <param name="Funds">By wallet, in the order of the legs; those that pay nothing are left out.</param>
public sealed record PriceEnquiry(UsageOutcome Outcome, IReadOnlyList<PricedPart> Parts, IReadOnlyList<PricedFund> Funds)
{
    /// <summary>
    /// Prices a record as if it were sent at its own time, on top of all that is counted: tiers, included units and packages make of it what they would then.
    /// Changes nothing.
    /// </summary>
    public static PriceEnquiry Of(SubscriptionState state, SubscriptionTerms terms, scoped in UsageRecord record)
    {
        if (record.TimeMicros < terms.StartsAtMicros || record.TimeMicros >= terms.EndsAtMicros)
            return new PriceEnquiry(UsageOutcome.SubscriptionNotActive, [], []);
        var charge = new EventCharge(state, terms);
        if (charge.Price(record) is not UsageOutcome.Accepted and var refusal)
            return new PriceEnquiry(refusal, [], []);
        var funds = new List<PricedFund>();
        for (var leg = 0; leg < charge.Draws.Length; leg++)
        {
            if (terms.FundingOf(leg) is not { } funding || charge.Draws[leg] == 0)
                continue;
            var at = funds.FindIndex(fund => fund.Funding.Wallet == funding.Wallet);
            if (at < 0) funds.Add(new PricedFund(funding, charge.Draws[leg]));
            else funds[at] = funds[at] with { Required = funds[at].Required + charge.Draws[leg] };
        }

        return new PriceEnquiry(UsageOutcome.Accepted, [.. charge.Told()], funds);
    }
}
