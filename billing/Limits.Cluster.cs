// Bounds of a cluster: how soon a silo that is gone is known to be.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Silos ask each other this often, and wait as long for an answer. Until a gone silo is known, its grains answer nothing.</summary>
    public static readonly TimeSpan SiloProbe = TimeSpan.FromSeconds(1);

    /// <summary>So many unanswered probes in a row make a silo suspected; three, so that one long collection kills nobody.</summary>
    public const int SiloProbesMissed = 3;

    /// <summary>How often silos read and sign the table of members without being told to.</summary>
    public static readonly TimeSpan MembersRefresh = TimeSpan.FromSeconds(5);

    /// <summary>How often a client in a process of its own reads which silos there are: it goes on asking one that hangs until then.</summary>
    public static readonly TimeSpan GatewaysRefresh = TimeSpan.FromSeconds(2);

    /// <summary>
    /// From SIGTERM on: requests under way get their time-out, then grains are handed over and the store is drained. Whoever supervises waits longer.
    /// </summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long an operator who has signed in to the page of the cluster stays so.</summary>
    public static readonly TimeSpan OperatorSession = TimeSpan.FromHours(8);

    /// <summary>Operators signed in at a time, per silo; the oldest has to sign in again.</summary>
    public const int OperatorSessionsMax = 100;

    /// <summary>Connections of a silo to the table of members, beside those of the store.</summary>
    public const int MembersPoolMax = 4;
}
