// A party's state and a dunning case made again from their facts.
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;

namespace OrleansBilling.Billing.Proving;

/// <summary>Facts come in order of their versions, then how it is kept.</summary>
public abstract class CaseProof(string where, string rule, ProofFindings found)
{
    private long facts;
    private bool readable = true;

    /// <summary>The next fact.</summary>
    public void Fact(long version, Instant at, string body)
    {
        if (!readable)
            return;
        try
        {
            if (version != ++facts)
                throw new InvalidDataException($"Fact {facts} is missing.");
            Apply(body, at);
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException or InvalidOperationException)
        {
            readable = false;
            found.Add($"{where}, fact {version}", rule, $"{fault.Message} Nothing behind it is proved");
        }
    }

    /// <summary>What is kept; null: nothing is.</summary>
    public void End(long? version, string? kept)
    {
        if (!readable)
            return;
        if (version is null)
            found.Add(where, rule, $"has {facts} facts and is kept nowhere");
        else if (version != facts)
            found.Add(where, rule, $"is kept as of fact {version}; it has {facts}");
        else if (kept != Kept())
            found.Add(where, rule, $"is kept as {kept}; its facts make it {Kept()}");
    }

    /// <summary>What is kept, to be compared; as it stands where it cannot be read.</summary>
    protected static string Readable(Func<string> read, string body)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            return body;
        }
    }

    /// <summary>Folds a fact.</summary>
    protected abstract void Apply(string body, Instant at);

    /// <summary>What the facts make of it.</summary>
    protected abstract string Kept();
}

/// <summary>The state of a party. Instants are kept exactly and facts to the microsecond, so those of the standing are compared without their time.</summary>
public sealed class PartyProof(string party, ProofFindings found) : CaseProof($"party {party}", ProofRules.State, found)
{
    private PartyStanding standing = PartyStanding.Fresh;

    /// <summary>How a stored standing is compared.</summary>
    public static string Comparable(string status, string body) => Readable(() => Text(status, Definitions.Stored<PartyStanding>(body)), body);

    /// <inheritdoc/>
    protected override void Apply(string body, Instant at) => standing = standing.Apply(Definitions.Stored<PartyFact>(body), at);

    /// <inheritdoc/>
    protected override string Kept() => Text(standing.Status.Word(), standing);

    private static string Text(string status, PartyStanding standing) => status + " " + Definitions.Write(standing with
    {
        ByHand = standing.ByHand is { } hand ? hand with { Since = default } : null,
        Cases = [.. standing.Cases.Select(one => one with { Since = default })],
        Lift = standing.Lift is { } lift ? lift with { Since = default } : null,
        End = standing.End is { } end ? end with { Since = default } : null,
    });
}

/// <summary>The dunning of an agreement.</summary>
public sealed class DunningProof(string agreement, ProofFindings found) : CaseProof($"dunning of {agreement}", ProofRules.Dunning, found)
{
    private DunningCase state = DunningCase.Fresh;

    /// <summary>How a stored case is compared.</summary>
    public static string Comparable(string body) => Readable(() => Definitions.Write(Definitions.Stored<DunningCase>(body)), body);

    /// <inheritdoc/>
    protected override void Apply(string body, Instant at) => state = state.Apply(Definitions.Stored<DunningFact>(body));

    /// <inheritdoc/>
    protected override string Kept() => Definitions.Write(state);
}
