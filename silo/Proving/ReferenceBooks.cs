// What a proof must know of plans, agreements and closes: plans whole, the rest as it is needed.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>Charges of all plan versions.</summary>
internal sealed class PlanBook(IReadOnlyDictionary<(string Plan, int Version, string Charge), Charge> charges)
{
    public static async Task<PlanBook> Read(StoreReading store, CancellationToken cancel)
    {
        var charges = new Dictionary<(string, int, string), Charge>();
        await foreach (var (id, body) in store.PlanVersions(cancel))
        {
            var at = id.LastIndexOf('/');
            foreach (var charge in Definitions.Stored<PlanVersion>(body).Charges)
                charges[(id[..at], int.Parse(id.AsSpan(at + 1)), charge.Id)] = charge;
        }

        return new PlanBook(charges);
    }

    public Charge? Charge(string plan, int version, string charge) => charges.GetValueOrDefault((plan, version, charge));
}

/// <summary>Agreements and closes that were asked for lately.</summary>
internal sealed class AgreementBook(StoreReading store)
{
    private const int AgreementsMax = 50_000;
    private const int RunsMax = 120;
    private readonly Dictionary<string, AgreementTerms> known = [];
    private readonly Dictionary<string, HashSet<string>> closed = [];

    /// <summary>Looks up all that the comparison of a subscription will ask for.</summary>
    public async Task Prepare(IReadOnlyList<SealedFact> facts, IReadOnlyList<BilledLine> billed, CancellationToken cancel)
    {
        if (known.Count > AgreementsMax)
            known.Clear();
        foreach (var agreement in facts.Select(fact => fact.Line.Agreement).Concat(billed.Select(line => line.Agreement)).Distinct())
            await Of(agreement, cancel);
        var runs = facts.Select(fact => $"{fact.Calendar}:{fact.Label}").Distinct().Where(run => !closed.ContainsKey(run)).ToList();
        if (closed.Count + runs.Count > RunsMax)
        {
            closed.Clear();
            runs = [.. facts.Select(fact => $"{fact.Calendar}:{fact.Label}").Distinct()];
        }

        foreach (var run in runs)
        {
            closed[run] = [];
            await foreach (var agreement in store.ClosedIn(run, cancel))
                closed[run].Add(agreement);
        }
    }

    public AgreementTerms Known(string agreement) => known[agreement];

    public bool IsClosed(string calendar, string label, string agreement) => closed[$"{calendar}:{label}"].Contains(agreement);

    /// <summary>What an agreement says and has said.</summary>
    public async Task<AgreementTerms> Of(string agreement, CancellationToken cancel)
    {
        if (known.TryGetValue(agreement, out var found))
            return found;
        var (modes, always) = (new HashSet<RoundingMode>(), true);
        await foreach (var body in store.AgreementBodies(agreement, cancel))
        {
            var terms = Definitions.Stored<Agreement>(body);
            modes.UnionWith((terms.TermsFrom ?? []).Select(change => change.Rounding).OfType<string>().Append(terms.Rounding).Select(RoundingModes.Parse));
            always &= terms.Documents != "none";
        }

        // Nobody knows the agreement: then the usual mode is what its lines are held against.
        if (modes.Count == 0)
            modes.Add(RoundingMode.HalfAwayFromZero);
        return known[agreement] = new AgreementTerms(modes, always);
    }
}
