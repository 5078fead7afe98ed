// Bounds of states of parties and of dunning.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>How long somebody acts as a customer at most.</summary>
    public const int SessionMinutesMax = 60;

    /// <summary>How often a process looks whether another one has changed the state of a party: it obeys within twice that and what a read takes.</summary>
    public static readonly TimeSpan PartyStatePoll = TimeSpan.FromMilliseconds(400);

    /// <summary>How often a command decides again because somebody else wrote meanwhile.</summary>
    public const int PartyStateTries = 5;

    /// <summary>Steps of a dunning policy.</summary>
    public const int DunningStepsMax = 30;

    /// <summary>How often a service balance that dunning goes by is looked at while something is used: usage counts up to the last hour.</summary>
    public static readonly TimeSpan DunningBalanceLook = TimeSpan.FromHours(1);

    /// <summary>Watched accounts of which a process remembers that their next look stands; with more it starts anew, and writes some rows twice.</summary>
    public const int WatchedAccountsKept = 10_000;

    /// <summary>Episodes that a case remembers, so that a payment that comes back finds the old one.</summary>
    public const int DunningEpisodesKept = 60;

    /// <summary>Documents of which a case remembers what has fired for them alone.</summary>
    public const int DunningDocumentsKept = 500;

    /// <summary>Open documents of an agreement that its dunning looks at, those due first.</summary>
    public const int DunningDocumentsMax = 1_000;
}
