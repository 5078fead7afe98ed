// Grain keys are built and parsed only here.
namespace OrleansBilling.GrainInterfaces;

/// <summary>Keys of grains. Ids have no slash, so a key splits in one way only.</summary>
public static class Identifiers
{
    /// <summary>Key of a definition grain.</summary>
    public static string Definition(string kind, string id) => $"{kind}/{id}";

    /// <summary>A subscription as a wallet's child.</summary>
    public static string SubscriptionChild(string id) => $"subscription/{id}";

    /// <summary>A wallet as another wallet's child.</summary>
    public static string WalletChild(string id) => $"wallet/{id}";

    /// <summary>The subscription that is a wallet's child.</summary>
    public static string SubscriptionOfChild(string child) => child.StartsWith("subscription/", StringComparison.Ordinal)
        ? child["subscription/".Length..]
        : throw new ArgumentException($"\"{child}\" is no subscription.", nameof(child));

    /// <summary>The wallet that is another wallet's child, or null when the child is something else.</summary>
    public static string? WalletOfChild(string child) =>
        child.StartsWith("wallet/", StringComparison.Ordinal) ? child["wallet/".Length..] : null;

    /// <summary>Id of a run: calendar and period label.</summary>
    public static string Run(string calendar, string period) => $"{calendar}:{period}";

    /// <summary>Key of a document: it exists once per agreement, period and kind.</summary>
    public static string Document(string agreement, string period, string kind) => $"{agreement}|{period}|{kind}";

    /// <summary>Key of the draft that holds what was set aside of a document.</summary>
    public static string SetAside(string document) => $"{document}|aside";

    /// <summary>A child of a document that waits, on the next one. No id holds the sign between.</summary>
    public static string CarriedChild(string child, string period) => $"{child}|{period}";

    /// <summary>The subscription of a child of a document, carried or not.</summary>
    public static string SubscriptionOfLine(string child) => child.Split('|', 2)[0];

    /// <summary>The subscription that is a wallet's child or has due work, or null when it is something else.</summary>
    public static string? MaybeSubscription(string child) =>
        child.StartsWith("subscription/", StringComparison.Ordinal) ? child["subscription/".Length..] : null;

    /// <summary>Name of a backfill in the list of due work.</summary>
    public static string Backfill(string id) => $"backfill/{id}";

    /// <summary>The backfill in the list of due work, or null when it names something else.</summary>
    public static string? BackfillOf(string name) => name.StartsWith("backfill/", StringComparison.Ordinal) ? name["backfill/".Length..] : null;

    /// <summary>Delivery reports that wait for their events, in the list of due work.</summary>
    public const string ParkedReports = "reports/parked";

    /// <summary>Name of a price correction in the list of due work.</summary>
    public static string PriceCorrection(string id) => $"prices/{id}";

    /// <summary>The price correction in the list of due work, or null when it names something else.</summary>
    public static string? PriceCorrectionOf(string name) => name.StartsWith("prices/", StringComparison.Ordinal) ? name["prices/".Length..] : null;

    /// <summary>Key of the invoice of a prepayment.</summary>
    public static string Prepayment(string subscription, string command) => $"{subscription}|{command}|prepayment";

    /// <summary>What was prepaid, as a child of a document.</summary>
    public const string PrepaymentChild = "/prepayment";

    /// <summary>Name of a subscription's prepayments in the list of due work.</summary>
    public static string Prepayments(string subscription) => $"prepayments/{subscription}";

    /// <summary>The subscription of prepayments in the list of due work, or null when it names something else.</summary>
    public static string? SubscriptionOfPrepayments(string name) =>
        name.StartsWith("prepayments/", StringComparison.Ordinal) ? name["prepayments/".Length..] : null;

    /// <summary>Id of the newest move of all.</summary>
    public const string AllMoves = "all";

    /// <summary>Name of a party's planned move in the list of due work.</summary>
    public static string Move(string kind, string party) => $"move/{kind}/{party}";

    /// <summary>Kind and id of the party of a planned move in the list of due work, or null when it names something else.</summary>
    public static (string Kind, string Party)? MoveOf(string name) =>
        name.Split('/') is ["move", var kind, var party] ? (kind, party) : null;
    /// <summary>Name of an account's dunning in the list of due work.</summary>
    public static string Dunning(string account) => $"dunning/{account}";

    /// <summary>The account of a dunning in the list of due work, or null when it names something else.</summary>
    public static string? AccountOfDunning(string name) => name.StartsWith("dunning/", StringComparison.Ordinal) ? name["dunning/".Length..] : null;

    /// <summary>Name of a party's state in the list of due work.</summary>
    public static string PartyState(string party) => $"party/{party}";

    /// <summary>The party in the list of due work, or null when it names something else.</summary>
    public static string? PartyOfState(string name) => name.StartsWith("party/", StringComparison.Ordinal) ? name["party/".Length..] : null;

    /// <summary>Name of a calendar's coordinator in the list of due work.</summary>
    public static string Coordinator(string calendar) => $"calendar/{calendar}";

    /// <summary>The calendar of a coordinator in the list of due work, or null when it names something else.</summary>
    public static string? CalendarOf(string coordinator) =>
        coordinator.StartsWith("calendar/", StringComparison.Ordinal) ? coordinator["calendar/".Length..] : null;

    /// <summary>Key of the statement of a payout.</summary>
    public static string Payout(string account, string payout) => $"{account}|{payout}|payout";

    /// <summary>Name of an account in the list of due work.</summary>
    public static string Account(string id) => $"account/{id}";

    /// <summary>The account in the list of due work, or null when it names something else.</summary>
    public static string? AccountOf(string name) => name.StartsWith("account/", StringComparison.Ordinal) ? name["account/".Length..] : null;

    /// <summary>The account as a child of a document. No subscription is called so, since no id has a slash.</summary>
    public const string AccountChild = "/account";

    /// <summary>Whether a child of a document, carried or not, is the account.</summary>
    public static bool IsAccountLine(string child) => child.StartsWith('/');
}
