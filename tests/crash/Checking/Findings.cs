// What the checker found, by invariant.
namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>The invariants by which a run is judged.</summary>
public enum Invariant
{
    /// <summary>Every acknowledged event is in the journal exactly once, with the content that was sent.</summary>
    I1NothingLost,
    /// <summary>Ids are unique, nothing is in the journal that was not sent, counters equal the journal.</summary>
    I2NothingTwice,
    /// <summary>One document per agreement and period; numbers unique and without a gap.</summary>
    I4InvoiceOnce,
    /// <summary>A document is its lines, its lines are the journal up to the seal, all documents together are the whole journal.</summary>
    I6Totals,
    /// <summary>Versions of a stream are 1, 2, 3 …; rows have their checksum.</summary>
    I7Sequence,
    /// <summary>What was refused is not there, what was good was not refused.</summary>
    I8HonestAnswers,
    /// <summary>In the end everything is acknowledged and every close complete.</summary>
    I10Liveness,
}

public sealed record Finding(Invariant Invariant, string Text);

/// <summary>Gathers findings; the first hundred tell enough.</summary>
public sealed class Findings
{
    const int Told = 100;
    readonly List<Finding> all = [];

    public IReadOnlyList<Finding> All => all;

    public void Add(Invariant invariant, string text) => all.Add(new Finding(invariant, text));

    public void Require(bool holds, Invariant invariant, Func<string> otherwise)
    {
        if (!holds) Add(invariant, otherwise());
    }

    public override string ToString() => string.Join('\n', all.Take(Told).Select(one => $"{one.Invariant}: {one.Text}").Append($"{all.Count} findings"));
}
