// Usage by dimension and by days: read from the journals of the subscriptions, so that nothing of it is on the way of an event.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Durable rows and nothing else: exact as of the moment before the first head was read.</summary>
public sealed class JournalUsage(IDefinitionStore store, IJournal journal, KnownFacts facts, BillingClock clock)
{
    private readonly BoundedCache<string, GroupedUsage> kept = new(Limits.GroupedSumsKept, usage => usage.Weight);

    /// <summary>Usage of what exists and the caller sees. Throws <see cref="UsageRefusedException"/> when it cannot be told.</summary>
    public async Task<UsageView> Read(ApiCaller caller, UsageQuestion asked, IAsyncEnumerable<UsagePart> parts, CancellationToken cancel)
    {
        var meters = asked.Dimensions is { Count: > 0 } ? await All<Meter>(DefinitionKinds.Meter, cancel) : [];
        RequireDimensions(asked, meters.Values);
        var subscriptions = await Bounded(asked, parts, cancel);
        var now = clock.Now;
        var heads = await Task.WhenAll(subscriptions.Select(one => journal.Head(one.Subscription.Stream, cancel)));
        var window = await Window(asked, now, cancel);
        var sum = new GroupedSum(caller, facts, asked);
        foreach (var some in subscriptions.Zip(heads).Chunk(Limits.JournalFanOut))
        {
            foreach (var usage in await Task.WhenAll(some.Select(one => UpToDate(one.First, one.Second, asked, window, cancel))))
                await sum.Add(usage, window.AtMicros, cancel);
        }

        var view = sum.View(PeriodOf(asked), now);
        if (view.Meters.Count > 0)
            RequireDimensions(asked, view.Meters.Select(meter => meters.GetValueOrDefault(meter.Meter)).OfType<Meter>());
        return view;
    }

    /// <summary>The totals of a subscription of which only a part of the time counts.</summary>
    public async Task<UsageReport> Report(UsagePart part, UsageQuestion asked, CancellationToken cancel)
    {
        var now = clock.Now;
        var head = await journal.Head(part.Subscription.Stream, cancel);
        var usage = await UpToDate(part, head, asked, await Window(asked, now, cancel), cancel);
        return new UsageReport { Exists = true, AsOfMicros = Micros.Of(now), Rows = [.. usage.Rows.Select(GroupedSum.Row)] };
    }

    // After the heads: what is journaled up to them has its calendar.
    private async Task<UsageWindow> Window(UsageQuestion asked, NodaTime.Instant now, CancellationToken cancel)
    {
        var calendars = asked.Dates is null ? [] : await All<Billing.Catalogue.Calendar>(DefinitionKinds.Calendar, cancel);
        return new UsageWindow(asked.Period, asked.Dates, Micros.Of(now),
            calendars.ToDictionary(one => one.Key, one => DateTimeZoneProviders.Tzdb[one.Value.TimeZone]));
    }

    private static string PeriodOf(UsageQuestion asked) =>
        asked.Dates is { } dates ? $"{LocalDatePattern.Iso.Format(dates.From)}..{LocalDatePattern.Iso.Format(dates.To)}" : asked.Period ?? "current";

    private static void RequireDimensions(UsageQuestion asked, IEnumerable<Meter> meters)
    {
        var known = meters.SelectMany(meter => meter.Dimensions).ToHashSet(StringComparer.Ordinal);
        if (asked.Dimensions?.FirstOrDefault(dimension => !known.Contains(dimension)) is { } unknown)
            throw new UsageRefusedException(Problems.Invalid("group_by", $"\"{unknown}\" is a dimension of no meter here"));
    }

    private static async Task<IReadOnlyList<UsagePart>> Bounded(UsageQuestion asked, IAsyncEnumerable<UsagePart> parts, CancellationToken cancel)
    {
        var found = new List<UsagePart>();
        await foreach (var part in parts.WithCancellation(cancel))
        {
            found.Add(part);
            if (found.Count > Limits.JournalSubscriptionsMax)
            {
                throw new UsageRefusedException(Problems.Conflict($"There are more than {Limits.JournalSubscriptionsMax} subscriptions below "
                    + $"\"{asked.Id}\". By dimension or by days, ask for its customers or subscriptions.", "too_many_subscriptions"));
            }
        }

        return found;
    }

    private async Task<GroupedUsage> UpToDate(UsagePart part, long head, UsageQuestion asked, UsageWindow window, CancellationToken cancel)
    {
        var stream = part.Subscription.Stream;
        window = window with { When = part.IsWhole ? null : part.When };
        var key = $"{stream}/{PeriodOf(asked)}/{string.Join(',', asked.Dimensions ?? [])}/{string.Join(',', window.When ?? [])}";
        var known = kept.TryGet(key, out var found) && found.Answers(window.AtMicros) ? found : null;
        if (known is not null && known.Version >= head)
            return known;
        var usage = known?.Copy(window) ?? new GroupedUsage(window, asked.Dimensions ?? []);
        try
        {
            await Visit(stream, head, usage, cancel);
        }
        catch (JournalArchivedException gone)
        {
            usage = Behind(gone, asked, window);
            await Visit(stream, head, usage, cancel);
        }

        if (usage.Waiting)
            await Resolve(stream, usage, cancel);
        kept.Set(key, usage);
        return usage;
    }

    private async Task Visit(long stream, long head, GroupedUsage usage, CancellationToken cancel)
    {
        await foreach (var row in journal.Read(stream, usage.Version + 1, head, cancel))
            usage.Visit(row.Version, row.Frames.Span);
    }

    // Only what the archived rows have nothing of can be told without them.
    private static GroupedUsage Behind(JournalArchivedException gone, UsageQuestion asked, UsageWindow window) =>
        SubscriptionSnapshot.Read(gone.Base.State.Span) is { } state
            && GroupedUsage.After(state, gone.Base.Version, gone.Base.ThroughMicros, window, asked.Dimensions ?? []) is { } usage ? usage : throw gone;

    private async Task Resolve(long stream, GroupedUsage usage, CancellationToken cancel)
    {
        await foreach (var row in journal.Read(stream, usage.ResolveFrom, usage.Version, cancel))
        {
            usage.Resolve(row.Frames.Span);
            if (!usage.Waiting)
                return;
        }

        throw new JournalCorruptException(stream, usage.Version, "A correction corrects an event that the journal does not hold.");
    }

    private async Task<Dictionary<string, T>> All<T>(string kind, CancellationToken cancel) where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        string? after = null;
        while (true)
        {
            var page = await store.List(kind, null, after, Limits.PageMax, cancel);
            foreach (var one in page)
                all[one.Id] = Billing.Json.Definitions.Stored<T>(one.Body);
            if (page.Count < Limits.PageMax)
                return all;
            after = page[^1].Id;
        }
    }
}
