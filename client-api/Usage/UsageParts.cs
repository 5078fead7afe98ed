// Which subscriptions a question is about, and of which of them only a part of the time.
using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>A subscription, and when its usage counts.</summary>
public sealed record UsagePart(Definition Subscription, IReadOnlyList<InstantSpan> When)
{
    /// <summary>Whether all of its usage counts.</summary>
    public bool IsWhole => When is [var only] && only == InstantSpan.Always;
}

/// <summary>
/// What was moved counts where it was: below a partner until it left, or from when it came; and a key of a party sees what lay below it then. Before a
/// party was ever moved, everything is whole.
/// </summary>
public sealed class UsageParts(IDefinitionStore store, IPartyTree tree, Subtree subtree, MovedParties moved, BillingClock clock)
{
    // No period is longer: what was moved earlier than that before a period is whole in it.
    private static readonly Duration PeriodMax = Duration.FromDays(400);

    /// <summary>When the caller sees what the question is about; empty: never, so for it there is no such thing.</summary>
    public async ValueTask<IReadOnlyList<InstantSpan>> Seen(ApiCaller caller, UsageQuestion asked, CancellationToken cancel)
    {
        if (caller.Party is not { } party)
            return [InstantSpan.Always];
        var subject = asked.Kind == DefinitionKinds.Subscription ? await tree.CustomerOf(asked.Id, cancel) : asked.Id;
        return subject is null ? [] : await tree.WhenBelow(party, subject, cancel);
    }

    /// <summary>Whether all that the question is about is whole or nothing, so that sums of it may be told.</summary>
    public async ValueTask<bool> AreWhole(IReadOnlyList<InstantSpan> seen, UsageQuestion asked, CancellationToken cancel)
    {
        if (!IsAlways(Relevant(seen, asked)))
            return false;
        if (asked.Kind != DefinitionKinds.Partner)
            return true;
        foreach (var party in await moved.Around(asked.Id, cancel))
        {
            var below = Relevant(await tree.WhenBelow(asked.Id, party, cancel), asked);
            if (below.Count > 0 && !IsAlways(below))
                return false;
        }

        return true;
    }

    /// <summary>Every subscription of which something may count, each once.</summary>
    public async IAsyncEnumerable<UsagePart> Of(IReadOnlyList<InstantSpan> seen, UsageQuestion asked, [EnumeratorCancellation] CancellationToken cancel)
    {
        var around = asked.Kind == DefinitionKinds.Partner ? await moved.Around(asked.Id, cancel) : [];
        var told = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var subscription in Candidates(asked, around, cancel))
        {
            if (around.Count > 0 && !told.Add(subscription.Id))
                continue;
            var when = around.Count == 0 ? seen : InstantSpan.Common(seen, await tree.WhenBelow(asked.Id, subscription.Parent!, cancel));
            if (Relevant(when, asked) is { Count: > 0 } relevant)
                yield return new UsagePart(subscription, relevant);
        }
    }

    private async IAsyncEnumerable<Definition> Candidates(UsageQuestion asked, IReadOnlyCollection<string> around,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        if (asked.Kind == DefinitionKinds.Subscription)
        {
            if (await store.Get(DefinitionKinds.Subscription, asked.Id, cancel) is { } only)
                yield return only;
            yield break;
        }

        foreach (var party in around.Prepend(asked.Id))
            await foreach (var subscription in subtree.Subscriptions(party, null, cancel)) yield return subscription;
    }

    private static bool IsAlways(IReadOnlyList<InstantSpan> spans) => spans is [var only] && only == InstantSpan.Always;

    // Nothing when no period that is asked for reaches into them, all time when they hold all that one can.
    private IReadOnlyList<InstantSpan> Relevant(IReadOnlyList<InstantSpan> spans, UsageQuestion asked)
    {
        if (IsAlways(spans))
            return spans;
        var latest = clock.Now + Limits.ClockSkewMax;
        var first = asked.Dates?.From ?? (asked.Period is { } label ? MonthOf(label) : clock.Now.InUtc().Date);
        var window = new InstantSpan(first.AtMidnight().InUtc().ToInstant() - PeriodMax, latest);
        var common = InstantSpan.Common(spans, [window]);
        return common is [var all] && all == window ? [InstantSpan.Always] : common.Count == 0 ? [] : spans;
    }

    private static LocalDate MonthOf(string label) =>
        new(int.Parse(label.AsSpan(0, 4), CultureInfo.InvariantCulture), int.Parse(label.AsSpan(5, 2), CultureInfo.InvariantCulture), 1);
}
