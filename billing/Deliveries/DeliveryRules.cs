// What a delivery report means for a message that was charged, by the leg's charge point.
namespace OrleansBilling.Billing.Deliveries;

/// <summary>Message states of SMPP 3.4 (5.2.28) as receipts abbreviate them (appendix B), and what they cost (domain 4.3).</summary>
public static class DeliveryRules
{
    /// <summary>It arrived.</summary>
    public const string Delivered = "DELIVRD";

    /// <summary>States that a report may have.</summary>
    public static IReadOnlyList<string> States { get; } = ["DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "REJECTD", "ACCEPTD", "UNKNOWN", "ENROUTE"];

    /// <summary>Whether a message in this state is not owed on a leg with this charge point (<c>accept</c>, <c>submit</c>, <c>deliver</c>).</summary>
    public static bool Refunds(string state, string chargePoint) => state switch
    {
        "REJECTD" => chargePoint is "submit" or "deliver",
        "UNDELIV" or "EXPIRED" or "DELETED" => chargePoint == "deliver",
        // On its way, or nobody knows: charged, as when no report comes.
        _ => false,
    };
}
