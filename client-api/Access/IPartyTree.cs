// Which subscriptions and parties lie in the subtree of a party.
namespace OrleansBilling.ClientApi.Access;

/// <summary>Answers "is this in the caller's subtree?"; cached per process.</summary>
public interface IPartyTree
{
    /// <summary>Whether the caller sees a subscription. False for one that does not exist, unless the caller sees everything.</summary>
    ValueTask<bool> SeesSubscription(ApiCaller caller, string subscription, CancellationToken cancel);

    /// <summary>A partner and those above it, from below; empty for a party that is none.</summary>
    ValueTask<IReadOnlyList<string>> PartnerAndAbove(string party, CancellationToken cancel);

    /// <summary>The partners above a party, from below; its own partner first.</summary>
    ValueTask<IReadOnlyList<string>> Above(string party, CancellationToken cancel);

    /// <summary>Whether the caller sees a party (its own, or one below it).</summary>
    ValueTask<bool> SeesParty(ApiCaller caller, string party, CancellationToken cancel);
}
