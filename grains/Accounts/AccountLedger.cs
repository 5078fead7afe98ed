// The facts of one account: read, appended if nobody was faster, applied.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.Grains.Accounts;

/// <summary>State of an activation. A lost append has written nothing: what came meanwhile is read, and it is decided again.</summary>
internal sealed class AccountLedger(AccountKey key, AccountServices services)
{
    /// <summary>Who asks when nobody does.</summary>
    public const string System = "system";

    /// <summary>As of the newest fact that was read or appended.</summary>
    public AccountState State { get; private set; } = new(key);

    /// <summary>Reads what others have appended.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        while (await services.Store.Load(key.Id, State.Version, Limits.AccountFactsPage, cancel) is { Count: > 0 } page)
        {
            foreach (var row in page)
                State.Apply(new RecordedFact(row.Version, row.RecordedAt, row.Actor, AccountFact.Read(row.Body)));
            if (page.Count < Limits.AccountFactsPage)
                return;
        }
    }

    /// <summary>Decides until the decision stands. Answers the refusal, or null.</summary>
    public async Task<Refusal?> Decide(Func<AccountState, Decision> decide, string actor, CancellationToken cancel)
    {
        for (var tries = 0; tries < Limits.AccountTriesMax; tries++)
        {
            await Refresh(cancel);
            var decision = decide(State);
            if (decision.Refusal is not null || decision.Facts.Count == 0)
                return decision.Refusal;
            switch (await Append(decision.Facts, actor, cancel))
            {
                case AppendOutcome.Appended: return null;
                case AppendOutcome.IdTaken: return new Refusal("id_conflict", "This id was used before, by another party.");
            }
        }

        throw new AccountUnavailableException($"Account {key.Id}: others were faster {Limits.AccountTriesMax} times.");
    }

    // The facts are applied first, since what they change is told by the state after them; if they do not stand in the store, the state is read anew.
    private async Task<AppendOutcome> Append(IReadOnlyList<AccountFact> facts, string actor, CancellationToken cancel)
    {
        var (before, now, stands) = (State.Version, services.Clock.Now, false);
        try
        {
            var changes = new AccountChanges(State);
            foreach (var fact in facts)
                changes.Apply(fact, now, actor);
            while (FollowUps.Next(State, changes.Documents) is { } next)
                changes.Apply(next, now, actor);
            var notes = await CreditNoteDocuments.Of(facts, State, services.Documents, now, cancel);
            var commit = changes.Commit(before, await PayoutDays(changes, now, cancel)) with
            {
                NewDocuments = [.. notes, .. OpeningDocuments.Of(facts, key, now)],
            };
            var outcome = await services.Store.Append(commit, cancel);
            stands = outcome == AppendOutcome.Appended;
            return outcome;
        }
        finally
        {
            if (!stands)
                State = new AccountState(key);
        }
    }

    // When what has become payable is paid, by calendar.
    private async Task<Dictionary<string, Instant>> PayoutDays(AccountChanges changes, Instant now, CancellationToken cancel)
    {
        var days = new Dictionary<string, Instant>(StringComparer.Ordinal);
        foreach (var id in changes.Calendars)
            days[id] = CollectionDays.NextPayout((await services.Catalogue.Find<Calendar>(DefinitionKinds.Calendar, id, cancel))!, now);
        return days;
    }
}
