// What a step may do.
using OrleansBilling.Billing.Parties;

namespace OrleansBilling.Billing.Dunning;

/// <summary>Words of actions, and what each stands for.</summary>
public static class DunningActions
{
    /// <summary>Asks for the charge of a card once more.</summary>
    public const string Collect = "collect";

    /// <summary>Every word.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "email", "sms", "remind", "overdue", "notify_admin", "limit", "restrict", "freeze", "disable", "suspend", "terminate", "late_fee", "interest", Collect,
    ];

    /// <summary>The state that it asks for, or null.</summary>
    public static PartyStatus? StatusOf(string action) => action switch
    {
        "limit" => PartyStatus.Limited,
        "restrict" => PartyStatus.Restricted,
        "freeze" => PartyStatus.Frozen,
        "disable" => PartyStatus.Disabled,
        "suspend" => PartyStatus.Suspended,
        "terminate" => PartyStatus.Terminated,
        _ => null,
    };

    /// <summary>Whether it only tells something.</summary>
    public static bool IsMessage(string action) => StatusOf(action) is null && !IsOfDocument(action);

    /// <summary>Whether it is about one document that is late, and never about a debtor.</summary>
    public static bool IsOfDocument(string action) => Charges(action) || action == Collect;

    /// <summary>Whether it charges for a document, each by itself.</summary>
    public static bool Charges(string action) => action is "late_fee" or "interest";
}
