// Decides delivery reports on one subscription: charged, refunded, charged again; at most once each. Deterministic, no I/O.
using System.Globalization;
using OrleansBilling.Billing.Deliveries;

namespace OrleansBilling.Billing.Usage;

/// <summary>A report corrects the legs whose charge point the message did not reach: the others stay as they are. Nothing is rated anew.</summary>
public static class DeliveryDecider
{
    private const string Refund = "refund";
    private const string Again = "again";

    /// <summary>Whether a message is refunded on some leg at the moment.</summary>
    internal static bool IsRefunded(IReadOnlyList<Correction> corrections) =>
        corrections.LastOrDefault() is { Request.Delivery: not null, Reversed: > 0 };

    /// <summary>
    /// What a report changes; <paramref name="request"/> says of which event and what. The same report again, or another one that says the same, has
    /// the effect that stands.
    /// </summary>
    public static CorrectionDecision Decide(SubscriptionState state, SubscriptionTerms terms, CorrectionRequest request, JournaledEvent? original,
        long nowMicros)
    {
        if (CorrectionDecider.Refused(request, original, nowMicros) is { } refused)
            return CorrectionDecision.Of(refused);
        var accepted = UsageRecord.Of(original!.Record);
        var corrections = state.Corrections.Of(request.EventHash);
        var refund = state.Corrections.Find(IdOf(request, Refund));
        if (request.Delivery == DeliveryRules.Delivered)
            return Delivered(state, request, accepted, refund, corrections, nowMicros);
        if (refund is not null)
            return DeliveryRules.Refunds(request.Delivery!, "deliver")
                ? CorrectionDecision.Of(CorrectionOutcome.Done, refund)
                : CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var standing = Correction.Standing(original.Legs, corrections);
        var back = standing.Where(leg => DeliveryRules.Refunds(request.Delivery!, ChargePointOf(state, terms, leg))).ToArray();
        if (back.Length == 0)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var stood = corrections.LastOrDefault()?.Request.Quantity ?? accepted.Quantity;
        return CorrectionDecider.Count(state, request with { Id = IdOf(request, Refund) }, accepted, back.Length == standing.Count ? -stood : 0,
            back.Length, Array.ConvertAll(back, leg => leg.Reversed), nowMicros);
    }

    // It arrived after all: what was refunded is charged again, to the last digit.
    private static CorrectionDecision Delivered(SubscriptionState state, CorrectionRequest request, scoped in UsageRecord accepted, Correction? refund,
        IReadOnlyList<Correction> corrections, long nowMicros)
    {
        if (state.Corrections.Find(IdOf(request, Again)) is { } known)
            return CorrectionDecision.Of(CorrectionOutcome.Done, known);
        if (refund is null || corrections[^1] != refund)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var legs = Array.ConvertAll(refund.Legs, leg => leg.Counted.Reversed);
        foreach (var leg in legs)
        {
            if (leg.Grant != 0 && state.Grants.At(leg.Grant).Remaining < legs.Where(one => one.Grant == leg.Grant).Sum(one => one.Quantity))
                return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.InsufficientAllowance, default, null, 0);
        }

        return Missing(state, legs) is { } missing
            ? new CorrectionDecision(CorrectionOutcome.Short, null, default, default, missing, 0)
            : CorrectionDecider.Count(state, request with { Id = IdOf(request, Again) }, accepted, -refund.Change, 0, legs, nowMicros);
    }

    private static Shortage? Missing(SubscriptionState state, LegAmount[] legs)
    {
        foreach (var paid in legs.Where(leg => leg.Grant == 0).GroupBy(leg => state.CellAt(state.PositionOf(leg.Cell)).Purse).Where(paid => paid.Key != 0))
        {
            var purse = state.PurseAt(paid.Key);
            var required = paid.Sum(leg => purse.CountsUnits ? leg.Quantity : leg.Amount);
            if (required > purse.Available)
                return new Shortage(new LegFunding(purse.Wallet, false, null), required - purse.Available, required);
        }

        return null;
    }

    private static string ChargePointOf(SubscriptionState state, SubscriptionTerms terms, LegAmount leg)
    {
        var agreement = state.CellAt(state.PositionOf(leg.Cell)).Identity.Agreement;
        return terms.Legs.FirstOrDefault(one => one.AgreementId == agreement)?.Agreement.ChargePoint ?? "accept";
    }

    // No id that a caller may choose has a slash.
    private static string IdOf(CorrectionRequest request, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"delivery/{request.EventHash:x32}/{what}");
}
