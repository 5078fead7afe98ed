// Reads how a party stands, with those above it.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>From the store, so that every process tells the same.</summary>
public sealed class PartyStateReader(IPartyStateStore store, IPartyTree tree)
{
    /// <summary>Of a party that the caller sees. Why a party above the caller's is not active is that party's affair.</summary>
    public async Task<PartyStateView> Read(ApiCaller caller, string party, CancellationToken cancel)
    {
        var own = await Standing(party, cancel);
        var (gate, reasons) = (own.Status, Reasons(party, own).ToList());
        var word = gate.Word();
        foreach (var partner in await tree.Above(party, cancel))
        {
            var standing = await Standing(partner, cancel);
            if (standing.Status == PartyStatus.Active)
                continue;
            var told = await tree.SeesParty(caller, partner, cancel) ? Reasons(partner, standing).FirstOrDefault() : null;
            reasons.Add(new StateReason(standing.Status.Word(), "inherited", partner, told?.Reason, told?.Since));
            if (standing.Status <= gate)
                continue;
            gate = standing.Status;
            word = "partner_" + gate.Word();
        }

        return new PartyStateView(party, word, reasons, own.Lift?.Until);
    }

    /// <summary>The same of what is read by its kind; null: it has no state, or not for this caller.</summary>
    public async Task<PartyStateView?> Told(ApiCaller caller, string kind, string id, CancellationToken cancel) =>
        kind is DefinitionKinds.Partner or DefinitionKinds.Customer && await tree.SeesParty(caller, id, cancel) ? await Read(caller, id, cancel) : null;

    private async Task<PartyStanding> Standing(string party, CancellationToken cancel) =>
        await store.Get(party, cancel) is { } stored ? Billing.Json.Definitions.Stored<PartyStanding>(stored.Body) : PartyStanding.Fresh;

    private static IEnumerable<StateReason> Reasons(string party, PartyStanding standing)
    {
        // Where dunning has terminated, the case says so itself.
        if (standing.End is { } end && standing.Cases.All(one => one.Status != PartyStatus.Terminated))
            yield return new StateReason(PartyStatus.Terminated.Word(), "manual", party, end.Reason, end.Since);
        if (standing.ByHand is { } hand)
            yield return new StateReason(hand.Status.Word(), "manual", party, hand.Reason, hand.Since);
        foreach (var one in standing.Cases.Where(one => one.Status != PartyStatus.Active).OrderByDescending(one => one.Status))
            yield return new StateReason(one.Status.Word(), "dunning", party, one.Reason, one.Since);
    }
}
