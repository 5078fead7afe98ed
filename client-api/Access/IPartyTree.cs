// Which subscriptions and parties lie in the subtree of a party, and when they did.
using OrleansBilling.Billing.Parties;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Answers "is this in the caller's subtree?"; cached per process.</summary>
public interface IPartyTree
{
    /// <summary>Whether the caller sees a subscription now. False for one that does not exist, unless the caller sees everything.</summary>
    ValueTask<bool> SeesSubscription(ApiCaller caller, string subscription, CancellationToken cancel);

    /// <summary>A partner and those above it, from below; empty for a party that is none.</summary>
    ValueTask<IReadOnlyList<string>> PartnerAndAbove(string party, CancellationToken cancel);

    /// <summary>Whether the caller sees a party now (its own, or one below it).</summary>
    ValueTask<bool> SeesParty(ApiCaller caller, string party, CancellationToken cancel);

    /// <summary>When a party lay, lies or is going to lie below another one, in order; empty: never. Always: the party itself.</summary>
    ValueTask<IReadOnlyList<InstantSpan>> WhenBelow(string above, string party, CancellationToken cancel);

    /// <summary>Whose a subscription is, or null: there is none.</summary>
    ValueTask<string?> CustomerOf(string subscription, CancellationToken cancel);

    /// <summary>How many moves there have been of any party, not older than <see cref="Billing.Limits.TreeFresh"/>.</summary>
    ValueTask<long> Moves(CancellationToken cancel);

    /// <summary>The same as of now: asked after a move.</summary>
    ValueTask<long> Look(CancellationToken cancel);
}
