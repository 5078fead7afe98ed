// What a delivery report means for a message that was charged, by the leg's charge point.
namespace OrleansBilling.Billing.Deliveries;

/// <summary>Message states of SMPP 3.4 (5.2.28) as receipts abbreviate them (appendix B), and what they cost (domain 4.3).</summary>
public static class DeliveryRules
{
    /// <summary>It arrived.</summary>
    public const string Delivered = "DELIVRD";

    /// <summary>Nobody knows, and nobody will: also a message of which no report came in time.</summary>
    public const string Unknown = "UNKNOWN";

    /// <summary>The network took it; final where nothing more is heard.</summary>
    public const string Accepted = "ACCEPTD";

    /// <summary>States that a report may have.</summary>
    public static IReadOnlyList<string> States { get; } = [Delivered, "EXPIRED", "DELETED", "UNDELIV", "REJECTD", Accepted, Unknown, "ENROUTE"];

    /// <summary>Whether a message in this state is not owed on a leg with this charge point (<c>accept</c>, <c>submit</c>, <c>deliver</c>).</summary>
    /// <param name="noReport">What the agreement says of messages whose end nobody knows: <c>charge</c> or <c>refund</c>.</param>
    public static bool Refunds(string state, string chargePoint, string noReport) => state switch
    {
        "REJECTD" => chargePoint is "submit" or "deliver",
        "UNDELIV" or "EXPIRED" or "DELETED" => chargePoint == "deliver",
        Accepted or Unknown => IsRefundedWithoutReport(chargePoint, noReport),
        // On its way: there is more to come.
        _ => false,
    };

    /// <summary>Whether a leg is refunded when no report comes in time.</summary>
    public static bool IsRefundedWithoutReport(string chargePoint, string noReport) => chargePoint == "deliver" && noReport == "refund";
}
