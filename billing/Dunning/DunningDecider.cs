// Decides what is due in a case: episodes, steps, the debtor's status, and when to look again.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Dunning;

/// <summary>By what a case goes.</summary>
/// <param name="Policy">Null: the agreement has none, and nothing is asked for.</param>
/// <param name="Late">What being late costs, or null.</param>
/// <param name="Zone">Of the agreement's calendar.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Rounding">The agreement's mode.</param>
public sealed record DunningTerms(DunningPolicy? Policy, LateInterest? Late, DateTimeZone Zone, string Currency, RoundingMode Rounding);

/// <summary>What follows: facts in the order of their instants, the case with them, and the next instant at which something may fall due.</summary>
public sealed record DunningDecision(IReadOnlyList<DunningFact> Facts, DunningCase After, Instant? Next);

/// <summary>Pure. Asked again at the same instant it finds nothing new.</summary>
public static class DunningDecider
{
    /// <summary>Decides as of now; what fell due while nobody looked falls due now, at its own instant.</summary>
    /// <param name="state">The case.</param>
    /// <param name="terms">By what it goes.</param>
    /// <param name="owed">Every invoice of the agreement with something outstanding.</param>
    /// <param name="now">The instant.</param>
    /// <param name="balance">The service balance; null: it is not known, and its steps stay as they are.</param>
    public static DunningDecision Decide(DunningCase state, DunningTerms terms, IReadOnlyList<OwedDocument> owed, Instant now, ServiceFigures? balance = null)
    {
        var today = LocalDays.At(now, terms.Zone);
        var counted = terms.Policy is null ? [] : owed.Where(one => !state.Disputed.Contains(one.Number))
            .OrderBy(one => one.DueDate).ThenBy(one => one.Number, StringComparer.Ordinal).ToList();
        var overdue = counted.Where(one => one.IsOverdue(today)).ToList();
        var turn = new Turn(state);
        var (wasRunning, reopened) = Episode(turn, overdue);
        foreach (var fact in DueSteps(turn.State, terms, counted, overdue, today, reopened).Concat(ByAmount(turn.State, terms, overdue, now))
            .OrderBy(one => (one as StepTaken)?.At ?? Instant.MinValue))
            turn.Record(fact);
        foreach (var fact in BalanceSteps.Crossed(turn.State, terms.Policy, balance, now).ToList())
            turn.Record(fact);
        Ask(turn, terms, overdue, today, wasRunning);
        return new DunningDecision(turn.Facts, turn.State, Next(terms, counted, today));
    }

    /// <summary>Overdue gross × yearly rate × days ÷ 365, rounded once, plus the compensation (domain 0.3, rule 21).</summary>
    public static decimal Interest(LateInterest late, decimal overdue, int days, bool first, string currency, RoundingMode mode) =>
        Money.Rounding.ToCurrency(overdue * late.Rate * days / (100 * 365), currency, mode) + (first ? late.Compensation : 0);

    // Whether one was running before, and whether one goes on that had ended.
    private static (bool WasRunning, bool Reopened) Episode(Turn turn, IReadOnlyList<OwedDocument> overdue)
    {
        var running = turn.State.Running();
        if (overdue.Count == 0)
        {
            if (running is not null) turn.Record(new EpisodeEnded(running.Id));
            return (false, false);
        }

        var numbers = overdue.Select(one => one.Number).ToList();
        if (running is not null && numbers.All(running.Documents.Contains))
            return (true, false);
        var known = running ?? turn.State.Episodes.LastOrDefault(one => one.Documents.Any(numbers.Contains));
        turn.Record(new EpisodeBegan(known?.Id ?? numbers[0], [.. numbers]));
        return (running is not null, running is null && known is not null);
    }

    private static IEnumerable<DunningFact> DueSteps(DunningCase state, DunningTerms terms, IReadOnlyList<OwedDocument> counted,
        IReadOnlyList<OwedDocument> overdue, LocalDate today, bool reopened)
    {
        foreach (var step in Dated(terms))
        {
            if (overdue.Count > 0 && !DunningSteps.IsOfDocument(step, overdue[0]))
            {
                var (episode, date) = (state.Running()!, DunningSteps.DateOf(step, overdue[0]));
                if (date <= today && !episode.Taken.Contains(step.Key))
                    yield return reopened && date < today
                        ? new StepPassed(overdue[0].Number, step.Key, episode.Id)
                        : Taken(step, episode.Id, overdue[0], date, terms);
            }

            foreach (var document in counted.Where(one => DunningSteps.IsOfDocument(step, one)))
            {
                if (OfDocument(state, step, document, terms, today, reopened) is { } fact)
                    yield return fact;
            }
        }
    }

    // What is overdue now, since nobody knows what was overdue in between.
    private static IEnumerable<DunningFact> ByAmount(DunningCase state, DunningTerms terms, IReadOnlyList<OwedDocument> overdue, Instant now) =>
        (terms.Policy?.Steps ?? []).Where(step => IsPassed(step, overdue) && !state.Running()!.Taken.Contains(step.Key))
            .Select(step => new StepTaken(overdue[0].Number, step.Key, step.Action, now, state.Running()!.Id, step.Text));

    private static bool IsPassed(DunningStep step, IReadOnlyList<OwedDocument> overdue) =>
        step.Trigger == DunningTriggers.Overdue && overdue.Count > 0 && overdue.Sum(one => one.Outstanding) > step.Above;

    private static IEnumerable<DunningStep> Dated(DunningTerms terms) => (terms.Policy?.Steps ?? []).Where(DunningTriggers.IsDated);

    // A reminder comes before the due date or not at all; a charge and collection need a document that is late.
    private static DunningFact? OfDocument(DunningCase state, DunningStep step, OwedDocument document, DunningTerms terms, LocalDate today, bool reopened)
    {
        var date = DunningSteps.DateOf(step, document);
        var late = DunningActions.IsOfDocument(step.Action);
        if (date > today || date < document.IssueDate || document.IsOverdue(today) != late || state.Of(document.Number).Taken.Contains(step.Key))
            return null;
        if (!late)
            return Taken(step, null, document, date, terms);
        var charge = DunningActions.Charges(step.Action) ? ChargeOf(state.Of(document.Number), step, document, terms, date) : null;
        return (charge is null && DunningActions.Charges(step.Action)) || (reopened && date < today)
            ? new StepPassed(document.Number, step.Key)
            : Taken(step, null, document, date, terms) with { Charge = charge };
    }

    private static LateCharge? ChargeOf(DocumentSteps known, DunningStep step, OwedDocument document, DunningTerms terms, LocalDate date)
    {
        if (step.Action == "late_fee")
            return new LateCharge("fee", step.Amount!.Value, date, date);
        var through = known.InterestThrough ?? document.DueDate;
        if (terms.Late is not { } late || date <= through)
            return null;
        var amount = Interest(late, document.Outstanding, Period.DaysBetween(through, date), known.InterestThrough is null, terms.Currency, terms.Rounding);
        return amount > 0 ? new LateCharge("interest", amount, through.PlusDays(1), date) : null;
    }

    // A status does not lessen before all is paid; when an episode is taken up again it is that of today's age.
    private static void Ask(Turn turn, DunningTerms terms, IReadOnlyList<OwedDocument> overdue, LocalDate today, bool wasRunning)
    {
        var (asked, before) = (turn.State.Asked?.Status ?? PartyStatus.Active, turn.State.Asked?.Overdue ?? turn.State.Asked?.Status ?? PartyStatus.Active);
        var late = overdue.Count == 0 ? PartyStatus.Active : terms.Policy!.Steps
            .Where(step => DunningTriggers.IsDated(step) ? DunningSteps.DateOf(step, overdue[0]) <= today && !DunningSteps.IsOfDocument(step, overdue[0])
                : IsPassed(step, overdue))
            .Select(step => DunningActions.StatusOf(step.Action)).OfType<PartyStatus>().DefaultIfEmpty().Max();
        if (wasRunning && before > late)
            late = before;
        var low = BalanceSteps.Status(turn.State, terms.Policy);
        var status = low > late ? low : late;
        if (status != asked || late != before)
            turn.Record(new StatusAsked(status, low > late ? "the service balance is low" : Reason(overdue), terms.Zone.Id, late == status ? null : late));
    }

    private static string Reason(IReadOnlyList<OwedDocument> overdue) =>
        overdue.Count == 0 ? "nothing is overdue" : $"{overdue[0].Number} was due on {LocalDatePattern.Iso.Format(overdue[0].DueDate)}";

    private static Instant? Next(DunningTerms terms, IReadOnlyList<OwedDocument> counted, LocalDate today)
    {
        var dates = counted.SelectMany(one => Dated(terms).Select(step => DunningSteps.DateOf(step, one)).Append(one.DueDate.PlusDays(1)))
            .Where(date => date > today).ToList();
        return dates.Count == 0 ? null : LocalDays.StartOf(dates.Min(), terms.Zone);
    }

    private static StepTaken Taken(DunningStep step, string? episode, OwedDocument document, LocalDate date, DunningTerms terms) =>
        new(document.Number, step.Key, step.Action, LocalDays.StartOf(date, terms.Zone), episode, step.Text);

    private sealed class Turn(DunningCase state)
    {
        public DunningCase State { get; private set; } = state;
        public List<DunningFact> Facts { get; } = [];

        public void Record(DunningFact fact)
        {
            Facts.Add(fact);
            State = State.Apply(fact);
        }
    }
}
