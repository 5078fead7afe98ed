// The dunning of an account: reads what is owed, decides with billing/, appends, then tells and charges.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Dunning;

namespace OrleansBilling.Grains.Dunning;

/// <summary>
/// Keeps nothing between calls; a second activation is fenced by the version of the case. What is to be told and charged stands in the case until it
/// is done, and each message and charge has a name of its own: a crash in between costs a repetition that changes nothing.
/// </summary>
[GrainType("dunning")]
public sealed class DunningGrain(IDunningStore store, DunnedAgreements agreements, DunningEffects effects, IServiceBalances balances, IDueWorkStore due,
    BillingClock clock) : Grain, IDunningGrain
{
    private AccountKey Account => AccountKey.Parse(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<bool> Work(CancellationToken cancel)
    {
        NodaTime.Instant? next = null;
        foreach (var agreement in await agreements.Of(Account, cancel))
        {
            if (await Look(agreement, cancel) is { } at)
                next = Sooner(next, at);
        }

        if (next is { } instant)
            await due.SetDue(new DueWork(instant, Identifiers.Dunning(Account.Id), DunningDueKinds.Step), cancel);
        return true;
    }

    /// <inheritdoc/>
    public async Task Dispute(DisputeCommand command, CancellationToken cancel)
    {
        await Again(async () =>
        {
            var (known, version) = await Load(command.Agreement, cancel);
            if (known.Disputed.Contains(command.Document) == command.Begins)
                return true;
            DunningFact fact = command.Begins ? new DocumentDisputed(command.Document, command.Reason, command.Actor)
                : new DisputeEnded(command.Document, command.Actor);
            return await Append(command.Agreement, version, [fact], known.Apply(fact), cancel);
        });
        await Work(cancel);
    }

    // The next instant at which something may fall due, or null.
    private async Task<NodaTime.Instant?> Look(string agreement, CancellationToken cancel)
    {
        NodaTime.Instant? next = null;
        await Again(async () =>
        {
            var terms = await agreements.Terms(agreement, Account.Currency, cancel);
            var (known, version) = await Load(agreement, cancel);
            var balance = BalanceSteps.Any(terms.Policy) ? await balances.Of(Account, cancel) : null;
            var owed = await store.Owed(agreement, Account.Buyer, Limits.DunningDocumentsMax, cancel);
            var decided = DunningDecider.Decide(known, terms,
                [.. owed.Select(row => new OwedDocument(row.Number, row.IssueDate, row.DueDate, row.Outstanding))], clock.Now, balance);
            next = BalanceSteps.Any(terms.Policy) ? Sooner(decided.Next, Tomorrow(terms.Zone)) : decided.Next;
            if (decided.Facts.Count > 0 && !await Append(agreement, version, decided.Facts, decided.After, cancel))
                return false;
            return await Finish(agreement, decided.After, cancel);
        });
        return next;
    }

    // Fees count by the days that have begun; what is used rings (BalanceWatch).
    private NodaTime.Instant Tomorrow(NodaTime.DateTimeZone zone) => LocalDays.StartOf(LocalDays.At(clock.Now, zone).PlusDays(1), zone);

    private static NodaTime.Instant Sooner(NodaTime.Instant? one, NodaTime.Instant other) => one is { } known && known < other ? known : other;

    private async Task<bool> Finish(string agreement, DunningCase state, CancellationToken cancel)
    {
        if (state is { Pending.IsEmpty: true, Untold.IsEmpty: true, StatusPending: false })
            return true;
        await effects.Do(Account, agreement, state, cancel);
        var done = new EffectsDone();
        return await Append(agreement, state.Version, [done], state.Apply(done), cancel);
    }

    private async Task<(DunningCase State, long Version)> Load(string agreement, CancellationToken cancel) =>
        await store.Get(agreement, cancel) is { } stored ? (Billing.Json.Definitions.Stored<DunningCase>(stored.Body), stored.Version) : (DunningCase.Fresh, 0);

    private Task<bool> Append(string agreement, long expected, IReadOnlyList<DunningFact> facts, DunningCase after, CancellationToken cancel) =>
        store.Append(new DunningAppend(expected, [.. facts.Select(Billing.Json.Definitions.Write)], clock.Now,
            new StoredCase(agreement, Account.Id, Account.Seller, Account.Buyer, after.Version, Billing.Json.Definitions.Write(after))), cancel);

    // False: somebody else wrote meanwhile, so it is decided again on what stands now.
    private async Task Again(Func<Task<bool>> attempt)
    {
        for (var tries = 0; !await attempt(); tries++)
        {
            if (tries >= Limits.PartyStateTries)
                throw new StorageException(StorageFailure.Unavailable, $"The dunning of {Account.Id} was written by others {tries} times in a row.");
        }
    }
}
