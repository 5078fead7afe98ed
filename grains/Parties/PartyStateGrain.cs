// The state of a party: reads how it stands, decides with billing/, appends, answers when durable.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Parties;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.Grains.Parties;

/// <summary>Keeps nothing between calls: they are rare, and a second activation is fenced by the version.</summary>
[GrainType("party-state")]
public sealed class PartyStateGrain(IPartyStateStore store, PartyStates states, PartyZones zones, IDueWorkStore due, BillingClock clock)
    : Grain, IPartyStateGrain
{
    private string Party => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public async Task<PartyStateAnswer> Do(PartyStateCommand command, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Limits.PartyStateTries; attempt++)
        {
            var standing = await Load(cancel);
            var asked = await Read(command, standing, cancel);
            var decided = PartyDecider.Decide(standing, asked, clock.Now);
            if (decided.Code is not null)
                return new PartyStateAnswer { Code = decided.Code, Detail = decided.Detail, Status = standing.Status.Word() };
            // Due work before what it is for: without it the lift would have no end.
            foreach (var fact in decided.Facts)
                await Remember(fact, cancel);
            if (decided.Facts.Count == 0 || await Append(standing, decided.Facts, asked.Actor, cancel) is { } after && (standing = after) is not null)
                return new PartyStateAnswer { Status = standing.Status.Word() };
        }

        throw new StorageException(StorageFailure.Unavailable, $"The state of {Party} was written by others {Limits.PartyStateTries} times in a row.");
    }

    /// <inheritdoc/>
    public async Task<bool> Work(CancellationToken cancel)
    {
        await Do(new PartyStateCommand { Verb = (byte)PartyVerb.Tick, Reason = "", Actor = "clock" }, cancel);
        return true;
    }

    private async Task<PartyStanding> Load(CancellationToken cancel) =>
        await store.Get(Party, cancel) is { } stored ? Billing.Json.Definitions.Stored<PartyStanding>(stored.Body) : PartyStanding.Fresh;

    // Null: somebody else wrote meanwhile.
    private async Task<PartyStanding?> Append(PartyStanding before, IReadOnlyList<PartyFact> facts, string actor, CancellationToken cancel)
    {
        var now = clock.Now;
        var after = facts.Aggregate(before, (standing, fact) => standing.Apply(fact, now));
        var append = new PartyAppend(before.Version, [.. facts.Select(Billing.Json.Definitions.Write)], now, actor,
            new StoredStanding(Party, after.Version, after.Status.Word(), Billing.Json.Definitions.Write(after)));
        var written = await store.Append(append, cancel);
        await states.Refresh(cancel);
        return written ? after : null;
    }

    private Task Remember(PartyFact fact, CancellationToken cancel) => fact switch
    {
        Lifted lift => due.SetDue(new DueWork(lift.EndsAt, Identifiers.PartyState(Party), PartyDueKinds.Lift), cancel),
        // Due when the fact has most likely been written: who looks before finds nothing to end, and takes the row away.
        PartyEnded => due.SetDue(new DueWork(clock.Now + Duration.FromTimeSpan(Limits.DueLease), Identifiers.PartyState(Party), PartyDueKinds.End), cancel),
        _ => Task.CompletedTask,
    };

    private async Task<PartyCommand> Read(PartyStateCommand command, PartyStanding standing, CancellationToken cancel)
    {
        var verb = (PartyVerb)command.Verb;
        var status = command.Status.Length == 0 ? PartyStatus.Active : PartyEffects.OfWord(command.Status);
        return new PartyCommand(verb, command.Reason, command.Actor, command.Level, status,
            verb == PartyVerb.Lift ? await LiftOf(command, standing, cancel) : null,
            verb == PartyVerb.Dun ? new DunningSet(command.Case!, command.CaseVersion, status, command.Reason, command.Zone!) : null);
    }

    // Its last day is one of the calendar that the debt goes by.
    private async Task<Lifted> LiftOf(PartyStateCommand command, PartyStanding standing, CancellationToken cancel)
    {
        var until = LocalDatePattern.Iso.Parse(command.Until!).GetValueOrThrow();
        var zone = standing.Strongest() is { } strongest ? DateTimeZoneProviders.Tzdb[strongest.Zone] : await zones.Of(Party, cancel);
        return new Lifted(until, Billing.Periods.LocalDays.StartOf(until.PlusDays(1), zone), command.Reason, command.Actor);
    }
}
