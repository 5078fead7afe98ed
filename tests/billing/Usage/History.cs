// Random lives of a subscription: batches with duplicates, conflicts and refusals, and seals, all made from one seed.
using NodaTime;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.BillingTests.Usage;

internal abstract record Step(Instant Now);

internal sealed record Batch(Instant Now, TestEvent[] Events) : Step(Now);

internal sealed record Sealing(Instant Now, string Calendar, string Label) : Step(Now);

internal static class History
{
    public static readonly SubscriptionTerms Terms = World.Terms("2025-02-10T05:00:00Z", "2025-07-20T05:00:00Z",
        World.Leg("wholesale", World.Helsinki,
            ("2025-01-01", [World.Price("sms", "0.045", included: 20),
                World.Price("fi", "0.03", "country=FI"), World.Price("fi1", "0.02", "country=FI,net=1"), World.Price("call", "0.1", meter: "call")]),
            ("2025-05-15", [World.Price("sms", "0.05", included: 30, overage: "0.07"),
                World.Price("fi", "0.031", "country=FI"), World.Price("call", "0.12", meter: "call", per: 1000)])),
        World.Leg("retail", World.NewYork25, ("2025-01-01T00:00:00Z",
            [World.Price("sms", "0.09"), World.Price("net", "0.08", "net=1"), World.Price("call", "1.5", "country=FI", meter: "call")])));

    private static readonly string[] Dimensions =
        ["", "country=FI", "country=EE", "country=FI,net=1", "net=1", "net=2,country=FI", "country=FI,net=1,sender=x"];
    private static readonly decimal[] Quantities = [0, 1, 1, 2, 7, 0.5m, 12.345678m, 30];

    public static List<Step> Of(int seed, bool seals = true)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        var sent = new List<TestEvent>();
        var now = World.At("2025-03-01T00:00:00Z") + Duration.FromHours(random.Next(24 * 60));
        for (var left = random.Next(3, 18); left > 0; left--)
        {
            now += random.Next(4) == 0 ? Duration.FromDays(random.Next(30)) : Duration.FromSeconds(random.Next(100_000));
            if (seals && random.Next(4) == 0)
                steps.Add(NextSeal(random, now));
            else
                steps.Add(new Batch(now, [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Next(random, now, sent))]));
        }

        return steps;
    }

    private static Sealing NextSeal(Random random, Instant now)
    {
        var (id, calendar) = random.Next(2) == 0 ? ("helsinki", World.Helsinki) : ("new-york", World.NewYork25);
        return new Sealing(now, id, calendar.Previous(calendar.PeriodAt(now)).Label);
    }

    private static TestEvent Next(Random random, Instant now, List<TestEvent> sent)
    {
        if (sent.Count > 0 && random.Next(5) == 0)
        {
            var again = sent[random.Next(sent.Count)];
            return random.Next(3) == 0 ? again with { Quantity = again.Quantity + 1 } : again;
        }

        var age = random.Next(12) switch
        {
            0 => Duration.FromDays(34),
            1 => Duration.FromDays(34) + Duration.FromTicks(10),
            2 => Duration.FromMinutes(-5),
            3 => Duration.FromMinutes(-5) - Duration.FromTicks(10),
            < 8 => Duration.FromSeconds(random.Next(35 * 86_400)),
            _ => Duration.FromSeconds(random.Next(3600)),
        };
        var meter = random.Next(10) switch { 0 => "call", 1 => "free", 2 => "nothing", _ => "sms" };
        var made = new TestEvent($"{random.Next(4000)}", now - age, Quantities[random.Next(Quantities.Length)], meter, random.Next(4) == 0 ? "/b" : "/a",
            Dimensions[random.Next(Dimensions.Length)]);
        sent.Add(made);
        return made;
    }
}

/// <summary>Runs steps on a live state as a grain does, and keeps the rows, merged now and then as the journal does.</summary>
internal sealed class LiveRun
{
    private readonly Random merging;
    private readonly List<(byte[] Frame, long FirstId, int Ids)> waiting = [];

    public LiveRun(int seed, IEnumerable<Step> steps)
    {
        merging = new Random(seed);
        foreach (var step in steps)
        {
            if (step is Batch batch)
                Decide(batch);
            else
                Seal((Sealing)step);
        }

        Flush();
    }

    public SubscriptionState State { get; } = new();
    public List<UsageOutcome> Outcomes { get; } = [];
    public List<(long Version, byte[] Frames)> Rows { get; } = [];
    public List<(long Version, byte[] Snapshot)> Snapshots { get; } = [];
    public List<Seal> Seals { get; } = [];

    public static ulong Checksum(byte[] frames) => System.IO.Hashing.XxHash3.HashToUInt64(frames);

    private void Decide(Batch batch)
    {
        var decision = State.Decide(History.Terms, batch.Now, batch.Events);
        Outcomes.AddRange(decision.Outcomes);
        if (decision.Accepted == 0)
            return;
        waiting.Add((decision.Frame.ToArray(), decision.FirstId, decision.Accepted));
        if (merging.Next(3) != 0)
            Flush();
    }

    // As the grain does: nothing waits, one seal per period, none for a period that a later seal has taken.
    private void Seal(Sealing step)
    {
        Flush();
        var period = (step.Calendar == "helsinki" ? World.Helsinki : World.NewYork25).PeriodOf(step.Label)!;
        if (State.NewestSeal(step.Calendar) is { } newest && newest.PeriodEnd >= period.End)
            return;
        var seal = SealDecider.Decide(State, History.Terms, step.Calendar, period, Rows.Count, Micros.Of(step.Now));
        Seals.Add(seal);
        SealFrame.Apply(State, 0, seal);
        waiting.Add((SealFrame.Write(seal).ToArray(), 0, 0));
        Flush();
        State.Seals[^1] = State.Seals[^1] with { Version = Rows.Count };
        Snapshots[^1] = (Rows.Count, State.Snapshot());
    }

    private void Flush()
    {
        if (waiting.Count == 0)
            return;
        byte[] row = [.. waiting.SelectMany(one => one.Frame)];
        Rows.Add((Rows.Count + 1, row));
        State.Chained(Rows.Count, Checksum(row));
        foreach (var (_, first, ids) in waiting)
            State.Ids.SetVersion(first, first + ids, Rows.Count);
        waiting.Clear();
        Snapshots.Add((Rows.Count, State.Snapshot()));
    }
}
