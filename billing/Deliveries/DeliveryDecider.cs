// Decides delivery reports on one subscription: charged, refunded, charged again; at most once each. Deterministic, no I/O.
using System.Globalization;
using OrleansBilling.Billing.Deliveries;

namespace OrleansBilling.Billing.Usage;

/// <summary>A report corrects the legs whose charge point the message did not reach: the others stay as they are. Nothing is rated anew.</summary>
public static class DeliveryDecider
{
    private const string Refund = "refund";
    private const string Again = "again";
    private const string Seen = "seen";

    /// <summary>Whether a message is refunded on some leg at the moment.</summary>
    internal static bool IsRefunded(IReadOnlyList<Correction> corrections) =>
        LastOf(corrections) is { Request.Delivery: not null, Reversed: > 0 };

    // A price is corrected on legs that stand: what was refunded is charged again as it was.
    private static Correction? LastOf(IReadOnlyList<Correction> corrections) => corrections.LastOrDefault(one => one.Request.Price is null);

    /// <summary>
    /// What a report changes; <paramref name="request"/> says of which event and what. The same report again, or another one that says the same, has
    /// the effect that stands.
    /// </summary>
    /// <param name="seen">That the message arrived is in the journal already; see <see cref="SeenOf"/>.</param>
    public static CorrectionDecision Decide(SubscriptionState state, SubscriptionTerms terms, CorrectionRequest request, JournaledEvent? original,
        long nowMicros, bool seen = false)
    {
        if (CorrectionDecider.Refused(request, original, nowMicros) is { } refused)
            return CorrectionDecision.Of(refused);
        // A level is no message.
        if (original!.Readings is not null)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var accepted = UsageRecord.Of(original.Record);
        var corrections = state.Corrections.Of(request.EventHash);
        var refund = state.Corrections.Find(IdOf(request.EventHash, Refund));
        if (request.Delivery == DeliveryRules.Delivered)
        {
            var answer = Delivered(state, request, accepted, refund, corrections, nowMicros);
            return answer.Outcome != CorrectionOutcome.Unchanged || seen || !terms.NeedsReports || state.Ids.TryGet(SeenOf(request.EventHash), out _) ? answer
                : CorrectionDecider.Count(state, request with { Id = IdOf(request.EventHash, Seen) }, accepted, 0, 0, [], nowMicros)
                    with { Outcome = CorrectionOutcome.Unchanged };
        }

        if (refund is not null)
            return DeliveryRules.Refunds(request.Delivery!, "deliver", "refund")
                ? CorrectionDecision.Of(CorrectionOutcome.Done, refund)
                : CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        // It arrived: that somebody else does not know is no news.
        if (request.Delivery is DeliveryRules.Unknown or DeliveryRules.Accepted && (seen || state.Ids.TryGet(SeenOf(request.EventHash), out _)))
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var standing = Correction.Standing(original.Legs, corrections);
        var back = standing.Where(leg => IsRefunded(state, terms, leg, request.Delivery!)).ToArray();
        if (back.Length == 0)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var stood = Correction.Units(accepted.Quantity, corrections);
        return CorrectionDecider.Count(state, request with { Id = IdOf(request.EventHash, Refund) }, accepted, back.Length == standing.Count ? -stood : 0,
            back.Length, Array.ConvertAll(back, leg => leg.Reversed), nowMicros);
    }

    // It arrived after all: what was refunded is charged again, to the last digit.
    private static CorrectionDecision Delivered(SubscriptionState state, CorrectionRequest request, scoped in UsageRecord accepted, Correction? refund,
        IReadOnlyList<Correction> corrections, long nowMicros)
    {
        if (state.Corrections.Find(IdOf(request.EventHash, Again)) is { } known)
            return CorrectionDecision.Of(CorrectionOutcome.Done, known);
        if (refund is null || LastOf(corrections) != refund)
            return CorrectionDecision.Of(CorrectionOutcome.Unchanged);
        var legs = Array.ConvertAll(refund.Legs, leg => leg.Counted.Reversed);
        foreach (var leg in legs)
        {
            if (leg.Grant != 0 && state.Grants.At(leg.Grant).Remaining < legs.Where(one => one.Grant == leg.Grant).Sum(one => one.Quantity))
                return new CorrectionDecision(CorrectionOutcome.Refused, null, UsageOutcome.InsufficientAllowance, default, null, 0);
        }

        return Missing(state, legs) is { } missing
            ? new CorrectionDecision(CorrectionOutcome.Short, null, default, default, missing, 0)
            : CorrectionDecider.Count(state, request with { Id = IdOf(request.EventHash, Again) }, accepted, -refund.Change, 0, legs, nowMicros);
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

    /// <summary>What the entry is known by that says that a message arrived, and changes nothing.</summary>
    public static UInt128 SeenOf(UInt128 eventHash) => UsageRecord.IdHashOf(Correction.SourceName, IdOf(eventHash, Seen));

    /// <summary>Whether something stands of an event that is refunded when nothing is heard of its message.</summary>
    public static bool IsRefundedUnheard(SubscriptionState state, SubscriptionTerms terms, UInt128 eventHash, LegAmount[] legs) =>
        Correction.Standing(legs, state.Corrections.Of(eventHash)).Exists(leg => IsRefunded(state, terms, leg, DeliveryRules.Unknown));

    private static bool IsRefunded(SubscriptionState state, SubscriptionTerms terms, LegAmount leg, string report)
    {
        var agreement = state.CellAt(state.PositionOf(leg.Cell)).Identity.Agreement;
        return terms.Legs.FirstOrDefault(one => one.AgreementId == agreement)?.Agreement is { } of
            && DeliveryRules.Refunds(report, of.ChargePoint, of.NoReport);
    }

    // No id that a caller may choose has a slash.
    private static string IdOf(UInt128 eventHash, string what) => string.Create(CultureInfo.InvariantCulture, $"delivery/{eventHash:x32}/{what}");
}
