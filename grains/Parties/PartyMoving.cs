// Moves parties in the tree: reads what stands, decides with billing/Parties, writes all that says so in one transaction.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Parties;

/// <summary>
/// Called from the grain of the party, so two moves of one party never overlap. First the history says what is planned, and a row of due work stands for
/// it; then subscriptions follow; at its instant the definition does, which says who is above the party now. Each step can be repeated.
/// </summary>
public sealed class PartyMoving(IDefinitionStore store, Catalogue catalogue, LegsFollowing legs, IDueWorkStore due, BillingClock clock)
{
    /// <summary>Kind of the due work of a move.</summary>
    public const string DueKind = "move";

    /// <summary>Moves, or plans to.</summary>
    public async Task<MoveAnswer> Move(MoveCommand command, IGrainFactory grains, CancellationToken cancel)
    {
        if (await store.Get(command.Kind, command.Party, cancel) is not { } party)
            return Refused(FieldErrors.Of("id", $"no {command.Kind} \"{command.Party}\""), DefineOutcome.Invalid);
        var joined = await Above(command.To, cancel);
        var placed = await Misplaced(command, joined, cancel);
        if (!placed.IsEmpty)
            return Refused(placed, DefineOutcome.Invalid);
        var now = clock.Now;
        var at = command.AtMicros is { } given ? Micros.Instant(given) : now;
        var stands = await store.Get(DefinitionKinds.PartyHistory, command.Party, cancel);
        var decision = PartyMoves.Decide(party.Parent, stands is null ? null : Billing.Json.Definitions.Stored<PartyHistory>(stands.Body), command.To, at, now);
        if (decision.History is not { } history)
            return Refused(decision.Errors, DefineOutcome.Conflict);
        if (decision.Unchanged)
            return Answered(DefineOutcome.Unchanged, history);
        var stuck = await legs.Faults(await Planned(command.Kind, command.Party, history, command.Actor, cancel), cancel);
        if (!stuck.IsEmpty)
            return Refused(stuck, DefineOutcome.Conflict);
        var work = new DueWork(now, Identifiers.Move(command.Kind, command.Party), DueKind);
        await due.SetDue(work, cancel);
        var written = await store.Put(HistoryOf(command.Party, history, command.Actor) with
        {
            ExpectedVersion = stands?.Version ?? 0, Beside = Seen(command, at, history),
        }, cancel);
        if (written.Outcome == PutOutcome.VersionConflict)
            return Refused(FieldErrors.Of("id", "somebody else wrote at the same time: send it again"), DefineOutcome.Conflict);
        if (await Complete(command.Kind, command.Party, grains, cancel))
            await due.ClearDue(work, cancel);
        return Answered(DefineOutcome.Replaced, history);
    }

    /// <summary>Subscriptions follow, and at the instant the definition does. True: nothing is left to do now.</summary>
    public async Task<bool> Complete(string kind, string id, IGrainFactory grains, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.PartyHistory, id, cancel) is not { } stored || await store.Get(kind, id, cancel) is not { } party)
            return true;
        var history = Billing.Json.Definitions.Stored<PartyHistory>(stored.Body);
        if (!await legs.Follow(await Planned(kind, id, history, DueKind, cancel), grains, cancel))
            return false;
        var (now, last) = (clock.Now, history.Edges[^1]);
        // It comes back at its instant; the row that is due now makes way for that one.
        if (last.From > now)
            await due.SetDue(new DueWork(last.From.Value, Identifiers.Move(kind, id), DueKind), cancel);
        if (history.At(now).Parent == party.Parent)
            return true;
        var done = new PartyMove { Party = id, Kind = kind, At = last.From!.Value, Completed = true };
        var written = await store.Put(Moved(party, DueKind, history, [Newest(Billing.Json.Definitions.Write(done), DueKind)]), cancel);
        catalogue.Drop();
        return written.Outcome != PutOutcome.VersionConflict;
    }

    private async Task<PlannedMove> Planned(string kind, string party, PartyHistory history, string actor, CancellationToken cancel)
    {
        var (before, after) = (history.Edges[^2], history.Edges[^1]);
        var above = await Above(after.Parent, cancel);
        return new PlannedMove(kind, party, after.From!.Value, MovePath.Between(await Above(before.Parent, cancel), above), above, actor);
    }

    // From below; empty where there is no such partner.
    private async Task<List<string>> Above(string? partner, CancellationToken cancel)
    {
        var above = new List<string>();
        while (partner is not null && above.Count <= Limits.TreeDepthMax
            && await catalogue.Find<Partner>(DefinitionKinds.Partner, partner, cancel) is { } known)
        {
            above.Add(partner);
            partner = known.Parent;
        }

        return above;
    }

    // A partner must not come to lie below itself, and nobody deeper than the tree may be.
    private async Task<FieldErrors> Misplaced(MoveCommand command, List<string> joined, CancellationToken cancel)
    {
        if (joined.Count == 0)
            return FieldErrors.Of("to", $"no partner \"{command.To}\"");
        if (joined.Contains(command.Party))
            return FieldErrors.Of("to", command.To == command.Party ? "must not be the party itself" : $"\"{command.To}\" lies below \"{command.Party}\"");
        return joined.Count + await HeightOf(command, cancel) > Limits.TreeDepthMax
            ? FieldErrors.Of("to", $"{Limits.TreeDepthMax} partners above one another are the most")
            : new FieldErrors();
    }

    // Levels of partners that come along.
    private async Task<int> HeightOf(MoveCommand command, CancellationToken cancel)
    {
        if (command.Kind != DefinitionKinds.Partner)
            return 0;
        var (height, level) = (0, new List<string> { command.Party });
        for (; level.Count > 0 && height <= Limits.TreeDepthMax; height++)
        {
            var below = new List<string>();
            foreach (var partner in level)
                await foreach (var child in store.Children(DefinitionKinds.Partner, partner, cancel)) below.Add(child.Id);
            level = below;
        }

        return height;
    }

    // What those find who look from a partner, and what tells every process that the tree has changed.
    private DefinitionWrite[] Seen(MoveCommand command, Instant at, PartyHistory history)
    {
        var body = Billing.Json.Definitions.Write(new PartyMove { Party = command.Party, Kind = command.Kind, At = at });
        var from = history.Edges[^2].Parent;
        return
        [
            new(DefinitionKinds.Departure, DefinitionKinds.OfPartner(from, command.Party), from, body, clock.Now, command.Actor),
            new(DefinitionKinds.Arrival, DefinitionKinds.OfPartner(command.To, command.Party), command.To, body, clock.Now, command.Actor),
            Newest(body, command.Actor),
        ];
    }

    private DefinitionWrite Newest(string move, string actor) => new(DefinitionKinds.Moves, Identifiers.AllMoves, null, move, clock.Now, actor);

    private DefinitionWrite HistoryOf(string party, PartyHistory history, string actor) =>
        new(DefinitionKinds.PartyHistory, party, null, Billing.Json.Definitions.Write(history), clock.Now, actor);

    private DefinitionWrite Moved(Definition party, string actor, PartyHistory history, IReadOnlyList<DefinitionWrite> facts)
    {
        var parent = history.At(clock.Now).Parent;
        var body = party.Kind == DefinitionKinds.Customer
            ? Billing.Json.Definitions.Write(Billing.Json.Definitions.Stored<Customer>(party.Body) with { Partner = parent })
            : Billing.Json.Definitions.Write(Billing.Json.Definitions.Stored<Partner>(party.Body) with { Parent = parent });
        return new DefinitionWrite(party.Kind, party.Id, parent, body, clock.Now, actor, ExpectedVersion: party.Version, Beside: facts);
    }

    private static MoveAnswer Answered(DefineOutcome outcome, PartyHistory history) =>
        new() { Outcome = outcome, History = Billing.Json.Definitions.Write(history) };

    private static MoveAnswer Refused(FieldErrors errors, DefineOutcome outcome) => new()
    {
        Outcome = outcome,
        Problems = [.. errors.SelectMany(field => field.Value.Select(message => new FieldProblem { Field = field.Key, Message = message }))],
    };
}
