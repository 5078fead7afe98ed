// I1, I2, I7, I8, I10: the client's log against the journal.
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>An event in the journal, and the row it stands in.</summary>
public sealed record PlacedEvent(JournalRow Row, UsageStored Event, IReadOnlyDictionary<int, Cell> Cells);

public static class EventChecker
{
    /// <summary>Checks everything about single events; answers them by subscription, for live usage.</summary>
    public static ILookup<string, PlacedEvent> Check(ClientFacts client, DatabaseFacts database, Findings findings)
    {
        var placed = new List<(EventKey Key, PlacedEvent Event)>();
        foreach (var stream in database.Rows.GroupBy(row => row.Stream)) placed.AddRange(Stream(stream.Key, [.. stream], database, findings));
        var byKey = placed.ToLookup(one => one.Key, one => one.Event);
        foreach (var events in byKey) Journaled(events.Key, [.. events], client, findings);
        foreach (var (key, contents) in client.Sent) Answered(key, contents, byKey[key], findings);
        return placed.ToLookup(one => one.Key.Subscription, one => one.Event);
    }

    static List<(EventKey, PlacedEvent)> Stream(long stream, List<JournalRow> rows, DatabaseFacts database, Findings findings)
    {
        var placed = new List<(EventKey, PlacedEvent)>();
        var cells = new Dictionary<int, Cell>();
        var name = database.Subscriptions.GetValueOrDefault(stream);
        findings.Require(name is not null, Invariant.I2NothingTwice, () => $"Stream {stream} belongs to no subscription.");
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            findings.Require(row.Version == index + 1, Invariant.I7Sequence, () => $"Stream {stream} has version {row.Version} where {index + 1} belongs.");
            findings.Require(row.IsIntact, Invariant.I7Sequence, () => $"Row {stream}/{row.Version} does not have its checksum.");
            if (!row.IsIntact || name is null) continue;
            foreach (var item in row.Items())
            {
                if (item is CellDefined defined && !cells.TryAdd(defined.Number, defined.Cell))
                    findings.Add(Invariant.I7Sequence, $"Row {stream}/{row.Version} defines cell {defined.Number} again.");
                if (item is UsageStored usage) placed.Add((new EventKey(name, usage.Source, usage.Id), new PlacedEvent(row, usage, cells)));
            }
        }
        return placed;
    }

    static void Journaled(EventKey key, List<PlacedEvent> events, ClientFacts client, Findings findings)
    {
        findings.Require(events.Count == 1, Invariant.I2NothingTwice, () => $"{key} is there {events.Count} times: versions {string.Join(", ", events.Select(one => one.Row.Version))}.");
        foreach (var one in events)
        {
            var usage = one.Event;
            var hash = UsageEvent.HashOf(usage.TimeMicros, usage.Quantity, usage.Meter, usage.Country);
            var content = client.Sent.GetValueOrDefault(key)?.Find(sent => sent.Hash == hash);
            if (content is null) findings.Add(Invariant.I2NothingTwice, $"{key} stands in row {one.Row.Version} with content that was never sent.");
            else findings.Require(content.Welcome, Invariant.I8HonestAnswers, () => $"{key} has to be refused, but stands in row {one.Row.Version}.");
            foreach (var leg in usage.Legs) Charged(key, one, leg, client, findings);
            var legs = client.Legs.GetValueOrDefault(key.Subscription, []).Select(leg => leg.Agreement).Order();
            var charged = usage.Legs.Select(leg => one.Cells.GetValueOrDefault(leg.Cell)?.Agreement).Order();
            findings.Require(legs.SequenceEqual(charged), Invariant.I6Totals, () => $"{key} is charged on {string.Join(", ", charged)}, not on {string.Join(", ", legs)}.");
        }
    }

    static void Charged(EventKey key, PlacedEvent one, LegCharge leg, ClientFacts client, Findings findings)
    {
        if (!one.Cells.TryGetValue(leg.Cell, out var cell))
        {
            findings.Add(Invariant.I7Sequence, $"{key} names cell {leg.Cell}, which its stream does not define.");
            return;
        }
        var (charge, price) = client.Prices.GetValueOrDefault((cell.Plan, one.Event.Country));
        findings.Require(cell.Charge == charge && leg.Quantity == one.Event.Quantity && leg.Amount == leg.Quantity * price, Invariant.I6Totals,
            () => $"{key}: {leg.Quantity} at {price} ({charge}) is charged with {leg.Amount} ({cell.Charge}).");
        findings.Require(cell.PeriodStart <= one.Event.TimeMicros && one.Event.TimeMicros < cell.PeriodEnd, Invariant.I6Totals,
            () => $"{key} of {UsageEvent.TimeText(one.Event.TimeMicros)} is counted in {cell.Period}.");
    }

    static void Answered(EventKey key, List<SentContent> contents, IEnumerable<PlacedEvent> events, Findings findings)
    {
        var stored = events.Select(one => UsageEvent.HashOf(one.Event.TimeMicros, one.Event.Quantity, one.Event.Meter, one.Event.Country)).ToList();
        foreach (var content in contents)
        {
            var told = string.Join(", ", content.Answers.Select(answer => $"{answer.Key} {answer.Value}x"));
            var present = stored.Contains(content.Hash);
            if (content.Acknowledged && !present) findings.Add(Invariant.I1NothingLost, $"{key} was acknowledged ({told}) and is not in the journal.");
            findings.Require(content.Answers.GetValueOrDefault("accepted") <= 1, Invariant.I2NothingTwice, () => $"{key} was accepted more than once ({told}).");
            findings.Require(content.Welcome || !content.Acknowledged, Invariant.I8HonestAnswers, () => $"{key} has to be refused and was acknowledged ({told}).");
            var refused = content.Answers.ContainsKey("rejected") || content.Answers.ContainsKey("conflict");
            findings.Require(!refused || !present, Invariant.I8HonestAnswers, () => $"{key} was refused ({told}) and is in the journal.");
            findings.Require(!refused || !content.Welcome, Invariant.I8HonestAnswers, () => $"{key} is good and was refused ({told}).");
            findings.Require(content.Acknowledged || !content.Welcome, Invariant.I10Liveness, () => $"{key} was never acknowledged ({told}).");
        }
    }
}
