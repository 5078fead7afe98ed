// Subscriptions follow a party that is moved: each one with a leg that ends goes on in another one, whose legs run along the new partners.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Parties;

/// <summary>Who is moved, from when on, and what changes above it.</summary>
/// <param name="Above">All partners above it from then on, from below.</param>
public sealed record PlannedMove(string Kind, string Party, Instant At, MovePath Path, IReadOnlyList<string> Above, string Actor);

/// <summary>
/// The old subscription ends at the instant and is closed with the old partner, the new one begins there with the new one: so usage and fees split as those
/// of any two subscriptions. Events go on under the name that they had; who refuses them as no longer active names who takes them.
/// </summary>
public sealed class LegsFollowing(IDefinitionStore store, Catalogue catalogue, DefinitionWriter writer, ProductAssignment products, BillingClock clock)
{
    /// <summary>Why the legs of some subscription cannot follow; empty: all can.</summary>
    public async Task<FieldErrors> Faults(PlannedMove move, CancellationToken cancel)
    {
        await foreach (var (id, subscription) in Concerned(move, cancel))
        {
            if (subscription.StartsAt >= move.At)
                return Stuck(id, "begins after the move: take it back first");
            if (subscription.Legs.Any(leg => leg.Wallet is not null))
                return Stuck(id, "has a leg with a wallet of its own: end it at the move and start another");
            if ((subscription.Changes ?? []).Any(change => change.Action != SubscriptionActions.Cancel && change.At >= move.At))
                return Stuck(id, "has taken commands for the time after the move");
            if (ServiceLife.PausesOf(subscription).Any(pause => pause.Until is null))
                return Stuck(id, "is suspended: resume it first");
            if (subscription.Legs.Select(leg => Prepayments.RunsOn(subscription, leg.Agreement, move.At)).Max() is { } paid)
                return Stuck(id, $"is prepaid until {paid:uuuu-MM-dd}: move it after that");
            var (next, faults) = await Continuation(move, subscription, ServiceLife.EndOf(subscription), cancel);
            if (faults.IsEmpty)
                faults = await writer.Faults(next, cancel);
            if (faults.IsEmpty && await StaysBehind(move, subscription, cancel) is { } wallet)
                return Stuck(id, $"is paid from wallet \"{wallet}\", whose money is with who sells now: end it at the move, and start another with a wallet of its own");
            if (!faults.IsEmpty)
                return Stuck(id, faults.ToString().Replace("\n", "; ", StringComparison.Ordinal));
        }

        return new FieldErrors();
    }

    /// <summary>Lets them follow, as many as one slice allows. True: all have.</summary>
    public async Task<bool> Follow(PlannedMove move, IGrainFactory grains, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await foreach (var (id, subscription) in Concerned(move, cancel))
        {
            if (Stopwatch.GetElapsedTime(began) > Limits.SliceMax)
                return false;
            await Follow(move, id, subscription, grains, cancel);
        }

        return true;
    }

    // The name first, then who goes on under it, then the end: whatever dies in between is found again, and nothing is refused meanwhile.
    private async Task Follow(PlannedMove move, string id, Subscription subscription, IGrainFactory grains, CancellationToken cancel)
    {
        var goesOn = await Named(id, cancel);
        if (goesOn is null)
        {
            goesOn = new SubscriptionContinuation { By = await FreeName(id, cancel), From = move.At, EndsAt = ServiceLife.EndOf(subscription) };
            await store.Put(new DefinitionWrite(DefinitionKinds.Continuation, id, null, Billing.Json.Definitions.Write(goesOn), clock.Now, move.Actor), cancel);
        }

        var (next, faults) = await Continuation(move, subscription, goesOn.EndsAt, cancel);
        Require(faults, id);
        var ended = new DefineCommand
        {
            Kind = DefinitionKinds.Subscription, Id = id, Body = Billing.Json.Definitions.Write(subscription with { EndsAt = move.At }), Actor = move.Actor,
        };
        Require(await writer.Continue(ended with { Id = goesOn.By, Body = Billing.Json.Definitions.Write(next) }, next, id, cancel), id);
        // It takes its own fees from the wallet: nobody else would look.
        if (FundingRules.TakesFees(next.Funding))
            await grains.GetGrain<ISubscriptionDuties>(goesOn.By).Fees(cancel);
        Require(await grains.GetGrain<ISubscriptionGrain>(id).Define(ended, cancel), id);
    }

    // With the plans that the old one has come to. What it had to wait for (a first use, the end of a trial) is behind it, or still ahead.
    private async Task<(Subscription Next, FieldErrors Faults)> Continuation(PlannedMove move, Subscription asked, Instant? end, CancellationToken cancel)
    {
        var subscription = asked with { Legs = [.. asked.Legs.Select(leg => leg with { Plan = ServiceLife.PlansOf(asked, leg)[^1].Plan })] };
        var (legs, faults) = subscription.Product is null ? await Mapped(move, subscription, cancel) : await OfProduct(move, subscription, cancel);
        return (subscription with
        {
            StartsAt = move.At, EndsAt = end, Legs = [.. legs], Changes = null, Activation = null,
            TrialEndsAt = subscription.TrialEndsAt > move.At ? subscription.TrialEndsAt : null,
        }, faults);
    }

    private async Task<(IReadOnlyList<Leg>, FieldErrors)> Mapped(PlannedMove move, Subscription subscription, CancellationToken cancel)
    {
        var legs = new List<Leg>();
        foreach (var leg in subscription.Legs)
        {
            var agreement = await Agreement(leg, cancel);
            if (!move.Path.Ends(agreement.Seller, agreement.Buyer))
                legs.Add(leg);
            else if (move.Path.Instead(agreement.Seller, agreement.Buyer) is not var (seller, buyer))
                return (legs, FieldErrors.Of("legs", $"\"{leg.Agreement}\" has no counterpart, since the new partners are not as many as the old ones"));
            else if (await products.Between(seller, buyer, cancel) is not [var only])
                return (legs, FieldErrors.Of("legs", $"there must be one agreement in which \"{seller}\" sells to \"{buyer}\""));
            else
                legs.Add(leg with { Agreement = only });
        }

        return (legs, new FieldErrors());
    }

    private async Task<(IReadOnlyList<Leg>, FieldErrors)> OfProduct(PlannedMove move, Subscription subscription, CancellationToken cancel)
    {
        var (found, faults) = await products.Below(subscription, [.. await Within(move, subscription.Customer, cancel), .. move.Above], cancel);
        return ([.. found.Select(leg => subscription.Legs.FirstOrDefault(old => old.Agreement == leg.Agreement) ?? leg)], faults);
    }

    // A wallet's money is in the books of who invoices its owner; whoever comes after was not paid. Where nothing is invoiced there are no books.
    private async Task<string?> StaysBehind(PlannedMove move, Subscription subscription, CancellationToken cancel)
    {
        if (subscription.Funding.Wallet is not { } id
            || await catalogue.Find<Wallet>(DefinitionKinds.Wallet, id, cancel) is not { Currency: not null, Parent: null } wallet)
            return null;
        foreach (var leg in subscription.Legs)
            if (await Agreement(leg, cancel) is { Documents: "invoice" } of && of.Buyer == wallet.Owner && move.Path.Ends(of.Seller, of.Buyer)) return id;
        return null;
    }

    // The partners between a customer and the moved partner, that one included, from below.
    private async Task<IReadOnlyList<string>> Within(PlannedMove move, string customer, CancellationToken cancel)
    {
        var within = new List<string>();
        if (move.Kind == DefinitionKinds.Customer)
            return within;
        var at = (await catalogue.Find<Customer>(DefinitionKinds.Customer, customer, cancel))?.Partner;
        while (at is not null && within.Count <= Limits.TreeDepthMax)
        {
            within.Add(at);
            if (at == move.Party)
                break;
            at = (await catalogue.Find<Partner>(DefinitionKinds.Partner, at, cancel))?.Parent;
        }

        return within;
    }

    // Those with a leg that ends with the move and not before.
    private async IAsyncEnumerable<(string Id, Subscription Subscription)> Concerned(PlannedMove move, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var stored in Subscriptions(move, cancel))
        {
            var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
            var ends = false;
            foreach (var leg in subscription.Legs)
                ends |= await Agreement(leg, cancel) is var agreement && move.Path.Ends(agreement.Seller, agreement.Buyer);
            if (ends && (ServiceLife.EndOf(subscription) is not { } end || end > move.At))
                yield return (stored.Id, subscription);
        }
    }

    private async IAsyncEnumerable<Definition> Subscriptions(PlannedMove move, [EnumeratorCancellation] CancellationToken cancel)
    {
        var open = new Stack<(string Kind, string Id)>([(move.Kind, move.Party)]);
        while (open.TryPop(out var at))
        {
            await foreach (var own in store.Children(DefinitionKinds.Subscription, at.Id, cancel)) yield return own;
            if (at.Kind != DefinitionKinds.Partner)
                continue;
            foreach (var below in (string[])[DefinitionKinds.Partner, DefinitionKinds.Customer])
                await foreach (var child in store.Children(below, at.Id, cancel)) open.Push((below, child.Id));
        }
    }

    private async Task<SubscriptionContinuation?> Named(string id, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.Continuation, id, cancel) is { } stored ? Billing.Json.Definitions.Stored<SubscriptionContinuation>(stored.Body) : null;

    private async Task<string> FreeName(string id, CancellationToken cancel)
    {
        for (var number = 2; ; number++)
        {
            if (await store.Get(DefinitionKinds.Subscription, $"{id}:{number}", cancel) is null)
                return $"{id}:{number}";
        }
    }

    private async ValueTask<Agreement> Agreement(Leg leg, CancellationToken cancel) =>
        await catalogue.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement, cancel)
        ?? throw new InvalidOperationException($"The store has no agreement \"{leg.Agreement}\", but a leg names it.");

    private static FieldErrors Stuck(string id, string why) => FieldErrors.Of("to", $"subscription \"{id}\" cannot follow: {why}");

    private static void Require(DefineAnswer answer, string id)
    {
        if (answer.Outcome is DefineOutcome.Invalid or DefineOutcome.Conflict)
        {
            var why = string.Join("; ", answer.Problems.Select(one => $"{one.Field}: {one.Message}"));
            throw new InvalidOperationException($"Subscription {id} cannot follow a move: {why}");
        }
    }

    private static void Require(FieldErrors faults, string id)
    {
        if (!faults.IsEmpty)
            throw new InvalidOperationException($"Subscription {id} cannot follow a move any more: {faults}");
    }
}
