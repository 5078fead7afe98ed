// Which faults a seed plays, and how often. Each seed takes some of them and leaves others out, so that rare ones are not drowned by common ones.
using OrleansBilling.Embedded;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests;

/// <summary>A store that breaks its promises, to see whether the auditor notices.</summary>
internal enum Defect
{
    None,
    /// <summary>Says that rows are durable, and forgets some of them.</summary>
    ForgetsRows,
    /// <summary>Lets the second writer of a version write over the first one.</summary>
    NoFence,
    /// <summary>Goes on writing for a writer whose earlier row has failed.</summary>
    KeepsNoOrder,
}

/// <summary>Rates are times in ten thousand.</summary>
internal sealed class Faults
{
    private const int Whole = 10_000;
    private readonly Random random;

    public Faults(int seed)
    {
        random = new Random(unchecked((seed * 7919) ^ 0x5EED));
        (Drop, LoseAnswer, Duplicate, Delay) = (Rate(150), Rate(150), Rate(400), Rate(3000));
        (StoreAway, NoRoom, FlushUnavailable, FlushUnknown) = (Rate(100), Rate(50), Rate(300), Rate(500));
        (CrashHost, CrashMachine, CrashGrain) = (Rate(10), Rate(20), Rate(60));
        (SecondActivation, EndSecond, TimeJump) = (Rate(60), Rate(100), Rate(60));
        Machines = 1 + random.Next(3);
    }

    public int Drop { get; }
    public int LoseAnswer { get; }
    public int Duplicate { get; }
    public int Delay { get; }
    public int StoreAway { get; }
    public int NoRoom { get; }
    public int FlushUnavailable { get; }
    public int FlushUnknown { get; }
    public int CrashHost { get; }
    public int CrashMachine { get; }
    public int CrashGrain { get; }
    public int SecondActivation { get; }
    public int EndSecond { get; }
    public int TimeJump { get; }

    /// <summary>How many machines the host stands for.</summary>
    public int Machines { get; }

    /// <summary>What is planted in the store: a fault that must be found.</summary>
    public Defect Defect { get; init; }

    /// <summary>No more faults.</summary>
    public bool Healed { get; set; }

    /// <summary>Whether something happens now.</summary>
    public bool Happens(int rate) => rate > 0 && !Healed && random.Next(Whole) < rate;

    public int Choose(int among) => random.Next(among);

    public bool Coin() => random.Next(2) == 0;

    /// <summary>Time passes: others may run first.</summary>
    public async Task Pause()
    {
        for (var turns = random.Next(3); turns > 0; turns--)
            await Task.Yield();
    }

    /// <summary>How a flush fails, or null.</summary>
    public JournalException? NextFlush()
    {
        if (Happens(FlushUnavailable))
            return new JournalException(JournalFailure.Unavailable, "The simulation wants it.");
        return Happens(FlushUnknown) ? new JournalException(JournalFailure.Unknown, "The simulation wants it.") : null;
    }

    /// <summary>What becomes of a message.</summary>
    public Fate FateOf(SimulatedMessage message)
    {
        if (Happens(Drop))
            return Fate.Drop;
        if (Happens(LoseAnswer))
            return Fate.LoseAnswer;
        // Whoever defines sends once: definitions have no ids to tell a second one by.
        if (Happens(Duplicate) && !message.Method.Contains("Define", StringComparison.Ordinal))
            return Fate.Duplicate;
        return Happens(Delay) ? Fate.Delay : Fate.Deliver;
    }

    // A third of the seeds without it, a third with less, a third with all of it.
    private int Rate(int most) => random.Next(3) switch { 0 => 0, 1 => 1 + (most / 8), _ => most };
}
