// The dunning of one agreement: its episodes, what has fired in them, and what is asked of the debtor's state.
using System.Collections.Immutable;
using NodaTime;

namespace OrleansBilling.Billing.Dunning;

/// <summary>From the first overdue document until nothing is overdue.</summary>
public sealed record DunningEpisode(string Id, bool Running, ImmutableArray<string> Documents, ImmutableArray<string> Taken);

/// <summary>What has fired for one document alone.</summary>
public sealed record DocumentSteps(string Document, ImmutableArray<string> Taken, LocalDate? InterestThrough = null);

/// <summary>The case: its facts folded. Immutable; the same for live facts and replayed ones.</summary>
public sealed record DunningCase
{
    /// <summary>Nothing has happened.</summary>
    public static DunningCase Fresh { get; } = new();

    /// <summary>Number of facts.</summary>
    public long Version { get; init; }
    /// <summary>Newest last; the oldest are forgotten beyond a bound.</summary>
    public ImmutableArray<DunningEpisode> Episodes { get; init; } = [];
    /// <summary>Newest last; bounded too.</summary>
    public ImmutableArray<DocumentSteps> Documents { get; init; } = [];
    /// <summary>Numbers of documents that are disputed.</summary>
    public ImmutableArray<string> Disputed { get; init; } = [];
    /// <summary>What the debtor's state was last asked to be; null: never anything.</summary>
    public StatusAsked? Asked { get; init; }
    /// <summary>The version in which it was asked.</summary>
    public long AskedVersion { get; init; }
    /// <summary>Steps of balances that have fallen and not recovered.</summary>
    public ImmutableArray<string> Below { get; init; } = [];
    /// <summary>Whether the balance could not be told when it was looked at last.</summary>
    public bool IsBalanceUnknown { get; init; }
    /// <summary>How often a balance has fallen below a step.</summary>
    public int Crossings { get; init; }
    /// <summary>Of these, those that may not be told yet.</summary>
    public ImmutableArray<BalanceFell> Untold { get; init; } = [];
    /// <summary>Steps whose messages and charges may not be done yet.</summary>
    public ImmutableArray<StepTaken> Pending { get; init; } = [];
    /// <summary>Whether the state may not have been told.</summary>
    public bool StatusPending { get; init; }

    /// <summary>The episode that runs, or null. There is one at most.</summary>
    public DunningEpisode? Running() => Episodes.FirstOrDefault(one => one.Running);

    /// <summary>What has fired for a document alone.</summary>
    public DocumentSteps Of(string document) => Documents.FirstOrDefault(one => one.Document == document) ?? new DocumentSteps(document, []);

    /// <summary>With one more fact.</summary>
    public DunningCase Apply(DunningFact fact)
    {
        var next = this with { Version = Version + 1 };
        return fact switch
        {
            EpisodeBegan began => next.With(began),
            EpisodeEnded ended => next.With(ended.Episode, episode => episode with { Running = false }),
            StepTaken step => next.Took(step.Episode, step.Document, step.Step, step.Charge is { Kind: "interest" } late ? late.To : null) with
            {
                Pending = Pending.Add(step),
            },
            StepPassed passed => next.Took(passed.Episode, passed.Document, passed.Step, null),
            StatusAsked asked => next with { Asked = asked, AskedVersion = next.Version, StatusPending = true },
            DocumentDisputed disputed => next with { Disputed = Disputed.Contains(disputed.Document) ? Disputed : Disputed.Add(disputed.Document) },
            DisputeEnded ended => next with { Disputed = Disputed.Remove(ended.Document) },
            BalanceFell fell => next with { Below = Below.Add(fell.Step), Crossings = fell.Number, Untold = Untold.Add(fell) },
            BalanceRecovered recovered => next with { Below = Below.Remove(recovered.Step) },
            BalanceUnknown => next with { IsBalanceUnknown = true },
            BalanceKnown => next with { IsBalanceUnknown = false },
            EffectsDone => next with { Pending = [], Untold = [], StatusPending = false },
            _ => throw new InvalidDataException($"{fact.GetType().Name} is no fact of dunning that is known here."),
        };
    }

    // One that goes on swallows those that it shares documents with: what has fired in any of them has fired.
    private DunningCase With(EpisodeBegan began)
    {
        var merged = Episodes.Where(one => one.Id == began.Episode || one.Documents.Any(began.Documents.Contains)).ToList();
        var episode = new DunningEpisode(began.Episode, Running: true, [.. merged.SelectMany(one => one.Documents).Union(began.Documents)],
            [.. merged.SelectMany(one => one.Taken).Distinct()]);
        var kept = Episodes.RemoveRange(merged).Add(episode);
        return this with { Episodes = kept.Length > Limits.DunningEpisodesKept ? kept.RemoveAt(0) : kept };
    }

    private DunningCase With(string episode, Func<DunningEpisode, DunningEpisode> change) =>
        this with { Episodes = [.. Episodes.Select(one => one.Id == episode ? change(one) : one)] };

    private DunningCase Took(string? episode, string document, string step, LocalDate? interestThrough)
    {
        if (episode is not null)
            return With(episode, one => one with { Taken = one.Taken.Add(step) });
        var known = Of(document);
        var next = Documents.Remove(known).Add(known with { Taken = known.Taken.Add(step), InterestThrough = interestThrough ?? known.InterestThrough });
        return this with { Documents = next.Length > Limits.DunningDocumentsKept ? next.RemoveAt(0) : next };
    }
}
