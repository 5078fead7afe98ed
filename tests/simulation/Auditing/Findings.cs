// What the auditor found, by kind.
namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>Kinds of findings.</summary>
public enum Kind
{
    /// <summary>A row is missing, damaged or unreadable.</summary>
    Bytes,
    /// <summary>More was spent, held or handed out than there was.</summary>
    OverSpend,
    /// <summary>Slices of a wallet and of its child are not the same.</summary>
    Slices,
    /// <summary>What a wallet took over is not what its child journaled, or a sum over the tree does not hold.</summary>
    Sums,
    /// <summary>What was acknowledged is not there.</summary>
    Lost,
    /// <summary>It is there twice, or was told to be taken twice.</summary>
    Twice,
    /// <summary>It is there, though nobody sent it or it was refused.</summary>
    Unasked,
    /// <summary>An amount is not quantity times price, or the wrong purse pays.</summary>
    Price,
    /// <summary>A hold did what a hold cannot do.</summary>
    Hold,
    /// <summary>A revert leaves something of its backfill or takes back what does not stand, or something counts after it.</summary>
    Revert,
    /// <summary>The same request got another answer, or an answer says what is not so.</summary>
    Answer,
    /// <summary>A live figure is not what the journal says.</summary>
    Reading,
    /// <summary>Something is still under way after healing.</summary>
    Unrest,
    /// <summary>Something that must not happen at all.</summary>
    Surprise,
}

/// <summary>A list.</summary>
public sealed class Findings
{
    /// <summary>All, in the order in which they were found.</summary>
    public List<(Kind Kind, string What)> All { get; } = [];

    public void Add(Kind kind, string what) => All.Add((kind, what));

    public void Require(bool holds, Kind kind, Func<string> otherwise)
    {
        if (!holds)
            Add(kind, otherwise());
    }

    public override string ToString() => string.Join('\n', All.Take(12).Select(one => $"{one.Kind}: {one.What}").Append($"{All.Count} findings."));
}
