// What must stand together with facts: decided from the state after them, and committed in the same transaction.
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Pure. Asked again after each fact, until there is nothing more to say.</summary>
public static class FollowUps
{
    /// <summary>The next one for documents that have changed; null: all is said.</summary>
    public static AccountFact? Next(AccountState state, IReadOnlyCollection<string> documents) =>
        documents.Count == 0 ? null : ShareFollowUp.Next(state, documents) ?? CollectionDuties.Withdrawn(state, documents);
}
