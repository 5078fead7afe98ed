// What a party may still do, and which of several states counts.
namespace OrleansBilling.Billing.Parties;

/// <summary>In order of priority: of several the last one counts (domain 1.1, 1.4, 1.5). Stored as words.</summary>
public enum PartyStatus : byte
{
    /// <summary>Everything.</summary>
    Active = 0,
    /// <summary>Service is reduced to what runs: nothing is bought.</summary>
    Limited = 1,
    /// <summary>Uses what it has and cannot buy.</summary>
    Restricted = 2,
    /// <summary>Nothing new of any kind, customers included; running traffic goes on.</summary>
    Frozen = 3,
    /// <summary>Nothing but paying.</summary>
    Disabled = 4,
    /// <summary>Every service of everybody below it is refused; recurring fees go on.</summary>
    Suspended = 5,
    /// <summary>The same, by somebody above it and not for want of payment.</summary>
    Blocked = 6,
    /// <summary>For ever: what it had has ended.</summary>
    Terminated = 7,
}

/// <summary>What each status stops. Recurring fees are stopped by none but the last, whose subscriptions end (domain 0.3, rule 8).</summary>
public static class PartyEffects
{
    /// <summary>Usage, of the party and of everybody below it.</summary>
    public static bool StopsUsage(this PartyStatus status) => status >= PartyStatus.Disabled;

    /// <summary>Subscriptions, packages and other plans.</summary>
    public static bool StopsBuying(this PartyStatus status) => status >= PartyStatus.Limited;

    /// <summary>Customers and partners below it that are not there yet.</summary>
    public static bool StopsGrowth(this PartyStatus status) => status >= PartyStatus.Frozen;

    /// <summary>As the API and the store spell it.</summary>
    public static string Word(this PartyStatus status) => Words[(int)status];

    /// <summary>The status of a word.</summary>
    public static PartyStatus OfWord(string word) => Array.IndexOf(Words, word) is >= 0 and var at
        ? (PartyStatus)at
        : throw new InvalidDataException($"\"{word}\" is no state of a party.");

    private static readonly string[] Words = ["active", "limited", "restricted", "frozen", "disabled", "suspended", "blocked", "terminated"];
}
