// Adds up what the journals of many subscriptions say, as a whole and by group.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Groups add up to the whole: a subscription's units count on one leg, the same in each of its groups. Not for several threads at once.</summary>
internal sealed class GroupedSum(ApiCaller caller, KnownFacts facts, UsageQuestion asked)
{
    private readonly UsageSum whole = new(caller, facts, asked.ByCharge);
    private readonly SortedDictionary<UsageGroup, UsageSum> groups = [];
    private readonly HashSet<(string Meter, UsageGroup Group)> told = [];

    /// <summary>Adds one subscription. Throws <see cref="UsageRefusedException"/> on too many groups.</summary>
    public async Task Add(GroupedUsage usage, long asOfMicros, CancellationToken cancel)
    {
        var rows = usage.Rows.Select(row => (row.Group, Row: Row(row))).ToList();
        var report = new UsageReport { Exists = true, AsOfMicros = asOfMicros, Rows = [.. rows.Select(row => row.Row)] };
        await whole.Add(report, cancel);
        if (asked.Dimensions is not { Count: > 0 })
            return;
        told.UnionWith(rows.Select(row => (row.Row.Meter, row.Group)));
        if (usage.TooMany || told.Count > Limits.UsageGroupsMax)
            throw new UsageRefusedException(Problems.Invalid("group_by", $"makes more than {Limits.UsageGroupsMax} groups"));
        var fullest = UsageSum.Fullest(report.Rows);
        foreach (var group in rows.GroupBy(row => row.Group))
        {
            if (!groups.TryGetValue(group.Key, out var sum))
                groups[group.Key] = sum = new UsageSum(caller, facts, asked.ByCharge);
            await sum.Add(group.Select(row => row.Row), fullest, cancel);
        }
    }

    /// <summary>The answer.</summary>
    public UsageView View(string period, Instant now)
    {
        var view = whole.View(period, now);
        if (asked.Dimensions is not { Count: > 0 } dimensions)
            return view;
        var byMeter = groups.SelectMany(group => group.Value.View(period, now).Meters.Select(meter => (group.Key, Meter: meter)))
            .ToLookup(group => group.Meter.Meter, group => new GroupUsage(Named(dimensions, group.Key), group.Meter.Quantity, group.Meter.Events,
                [.. group.Meter.Legs.Select(leg => new GroupLeg(leg.Agreement, leg.Amount))]));
        return view with { Meters = [.. view.Meters.Select(meter => meter with { Groups = [.. byMeter[meter.Meter]] })] };
    }

    private static Dictionary<string, string?> Named(IReadOnlyList<string> dimensions, UsageGroup group) =>
        dimensions.Zip(group.Values).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>A total as subscriptions tell it.</summary>
    public static UsageRow Row(GroupedRow row) => new()
    {
        Agreement = row.Identity.Agreement, Meter = row.Identity.Meter, Charge = row.Identity.Charge, Plan = row.Identity.Plan,
        Period = row.Identity.Period.Label, Count = row.Count, Quantity = row.Quantity, Amount = row.Amount,
    };
}
