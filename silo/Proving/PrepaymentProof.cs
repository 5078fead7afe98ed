// What was paid ahead: every command that bought periods of a fee has its invoice, over what was bought.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.GrainInterfaces;

namespace OrleansBilling.Silo.Proving;

/// <summary>Takes subscriptions first, then documents; keeps one entry for each prepayment in between.</summary>
internal sealed class PrepaymentProof(ProofFindings found)
{
    private readonly Dictionary<string, (string Where, decimal Amount)> bought = new(StringComparer.Ordinal);

    /// <summary>A subscription as it stands.</summary>
    public void Subscription(string id, string body)
    {
        foreach (var change in (Definitions.Stored<Subscription>(body).Changes ?? []).Where(change => change.Prepaid is not null))
            bought[Identifiers.Prepayment(id, change.Id!)] = ($"subscription {id}, prepayment {change.Id}", change.Prepaid!.Amount);
    }

    /// <summary>A document.</summary>
    public void Document(DocumentFacts facts)
    {
        if (facts.Number is null || !bought.Remove(facts.Key, out var one))
            return;
        if (facts.Net != one.Amount)
            found.Add(one.Where, ProofRules.Prepayment,
                $"came to {MoneyText.Exact(one.Amount)}; its invoice {facts.Number} has {MoneyText.Exact(facts.Net ?? 0)}");
    }

    /// <summary>There are no more.</summary>
    public void End()
    {
        foreach (var (where, amount) in bought.Values)
            found.Add(where, ProofRules.Prepayment, $"came to {MoneyText.Exact(amount)} and has no invoice");
    }
}
