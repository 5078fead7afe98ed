// Dunning: the dates of the tables, day by day, and what payments and their reversals do to an episode.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using Shouldly;
using Xunit;
using Definitions = OrleansBilling.Billing.Json.Definitions;

namespace OrleansBilling.BillingTests.Dunning;

public sealed class DunningTests
{
    private static readonly DateTimeZone Helsinki = DateTimeZoneProviders.Tzdb["Europe/Helsinki"];
    private readonly List<string> told = [];
    private readonly List<OwedDocument> owed = [];
    private readonly List<DunningFact> facts = [];
    private DunningCase state = DunningCase.Fresh;
    private Instant? next;

    private DunningTerms Terms { get; set; } = new(null, new LateInterest { Rate = 8, Compensation = 40 }, Helsinki, "EUR", RoundingMode.HalfAwayFromZero);

    [Fact]
    public void ANTX_08_reminded_overdue_frozen_suspended()
    {
        Policy("due-3 remind", "due+1 overdue", "due+7 freeze", "due+21 suspend");
        Owe("A", "06-01", "06-15", 1022.88m);
        Walk("06-01", "07-05");
        told.ShouldBe(["06-12 remind", "06-16 overdue", "06-22 freeze", "06-22 = frozen"]);
        Walk("07-06", "07-06");
        told[^2..].ShouldBe(["07-06 suspend", "07-06 = suspended"]);
        owed.Clear();
        At("07-06T10:00");
        told[^1].ShouldBe("07-06 = active");
        next.ShouldBeNull();
    }

    [Fact]
    public void PORT_13_limited_and_suspended_from_the_due_date()
    {
        Policy("due+5 limit", "due+10 suspend");
        Owe("A", "06-01", "06-16", 100);
        Walk("06-01", "06-30");
        told.ShouldBe(["06-21 limit", "06-21 = limited", "06-26 suspend", "06-26 = suspended"]);
        facts.OfType<EpisodeBegan>().ShouldHaveSingleItem();
    }

    [Fact]
    public void APIC_11_counts_from_expiry()
    {
        Policy("due-3 email", "expiry restrict", "expiry+10 disable");
        Owe("A", "06-01", "06-16", 100);
        Walk("06-01", "06-28");
        told.ShouldBe(["06-13 email", "06-17 restrict", "06-17 = restricted", "06-27 disable", "06-27 = disabled"]);
    }

    [Fact]
    public void an_issue_base_counts_from_the_issue_and_takes_nothing_away_before_the_due_date()
    {
        Policy("issue email", "issue+10 remind", "issue+10 freeze", "issue+20 sms");
        Owe("A", "06-01", "06-16", 100);
        Walk("06-01", "06-30");
        told.ShouldBe(["06-01 email", "06-11 remind", "06-17 freeze", "06-17 = frozen", "06-21 sms"]);
    }

    [Fact]
    public void nothing_before_the_issue_is_made_up_for()
    {
        Policy("due-20 remind", "due-3 email");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-01", "06-16");
        told.ShouldBe(["06-12 email"]);
    }

    [Fact]
    public void each_step_fires_once_per_episode_and_again_in_the_next_one()
    {
        Policy("due+1 overdue", "due+7 freeze", "due+40 suspend");
        Owe("A", "06-01", "06-15", 100);
        Owe("B", "07-01", "07-15", 100);
        Walk("06-16", "07-20");
        told.ShouldBe(["06-16 overdue", "06-22 freeze", "06-22 = frozen"]);
        Pay("A");
        Walk("07-20", "07-22");
        told.Count.ShouldBe(3, "B is overdue, so the episode goes on and nothing lessens");
        Pay("B");
        Walk("07-23", "07-23");
        told[^1].ShouldBe("07-23 = active");
        Owe("C", "08-01", "08-15", 100);
        Walk("08-15", "08-22");
        told[^3..].ShouldBe(["08-16 overdue", "08-22 freeze", "08-22 = frozen"]);
    }

    [Fact]
    public void a_payment_that_comes_back_reopens_the_episode_at_todays_age_and_repeats_no_step()
    {
        Policy("due+1 overdue", "due+7 freeze", "due+10 email", "due+21 suspend", "due+22 sms");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-16", "06-22");
        Pay("A");
        At("06-23T12:00");
        told.ShouldBe(["06-16 overdue", "06-22 freeze", "06-22 = frozen", "06-23 = active"]);
        Owe("A", "06-01", "06-15", 100);
        At("07-06T12:00");
        told[4..].ShouldBe(["07-06 suspend", "07-06 = suspended"], "the e-mail of 06-25 is past");
        Walk("07-07", "07-08");
        told[6..].ShouldBe(["07-07 sms"]);
    }

    [Fact]
    public void a_payment_that_comes_back_young_asks_for_less_than_before()
    {
        Policy("due+1 overdue", "due+7 freeze", "due+21 suspend");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-16", "06-25");
        Pay("A");
        At("06-25T12:00");
        Owe("A", "06-01", "06-15", 100);
        At("06-25T13:00");
        told[^1].ShouldBe("06-25 = frozen");
        told.Count(one => one.EndsWith("freeze", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void a_disputed_document_does_not_count_until_the_dispute_ends()
    {
        Policy("due+1 overdue", "due+7 freeze");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-16", "06-16");
        Record(new DocumentDisputed("A", "wrong", "key"));
        Walk("06-17", "06-30");
        told.ShouldBe(["06-16 overdue"]);
        Record(new DisputeEnded("A", "key"));
        At("07-01T09:00");
        told[1..].ShouldBe(["07-01 = frozen"], "its state is that of today's age, the step of 06-22 is past");
    }

    [Fact]
    public void late_fees_and_interest_are_charged_per_document()
    {
        Policy("due+5 late_fee 7.50", "due+30 interest", "due+60 interest");
        Owe("A", "06-01", "06-15", 1000);
        Owe("B", "07-01", "07-15", 500);
        Walk("06-16", "08-31");
        told.ShouldBe(
        [
            "06-20 late_fee A 7.50 06-20..06-20", "07-15 interest A 46.58 06-16..07-15", "07-20 late_fee B 7.50 07-20..07-20",
            "08-14 interest B 43.29 07-16..08-14", "08-14 interest A 6.58 07-16..08-14",
        ]);
    }

    [Theory]
    [InlineData("1000.00", "8", 30, false, "6.58")]
    [InlineData("1022.88", "12.5", 21, true, "47.36")]
    [InlineData("0.01", "1", 1, false, "0.00")]
    [InlineData("365.00", "10", 1, false, "0.10")]
    public void interest_is_overdue_times_rate_times_days_by_365_rounded_once(string overdue, string rate, int days, bool first, string expected) =>
        DunningDecider.Interest(new LateInterest { Rate = Number(rate), Compensation = 40 }, Number(overdue), days, first, "EUR", RoundingMode.HalfAwayFromZero)
            .ShouldBe(Number(expected));

    [Fact]
    public void days_begin_at_midnight_of_the_agreements_zone_and_the_next_look_is_the_next_of_them()
    {
        Policy("due-3 remind", "due+7 freeze");
        Owe("A", "06-01", "06-15", 100);
        Decide(Start("06-12") - Duration.Epsilon).Next.ShouldBe(Start("06-12"));
        told.ShouldBeEmpty();
        Decide(Start("06-12")).Next.ShouldBe(Start("06-16"));
        told.ShouldBe(["06-12 remind"]);
        facts.OfType<StepTaken>().Single().At.ShouldBe(Start("06-12"));
        Decide(Start("06-16")).Next.ShouldBe(Start("06-22"));
        Decide(Start("06-22")).Next.ShouldBeNull();
        Decide(Start("06-22")).Facts.ShouldBeEmpty("what is asked again finds nothing new");
    }

    [Fact]
    public void what_fell_due_while_nobody_looked_has_its_own_instants()
    {
        Policy("due+7 freeze", "due+1 overdue", "due+21 suspend");
        Owe("A", "06-01", "06-15", 100);
        At("07-20T12:00");
        facts.OfType<StepTaken>().Select(step => (step.Action, step.At)).ShouldBe(
            [("overdue", Start("06-16")), ("freeze", Start("06-22")), ("suspend", Start("07-06"))]);
        facts.OfType<StatusAsked>().Single().Status.ShouldBe(PartyStatus.Suspended);
    }

    [Fact]
    public void without_a_policy_nothing_is_asked_any_more()
    {
        Policy("due+1 suspend");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-16", "06-16");
        Terms = Terms with { Policy = null };
        At("06-17T00:00");
        told[^1].ShouldBe("06-17 = active");
    }

    [Fact]
    public void facts_and_case_come_back_from_the_store_as_they_were()
    {
        Policy("due-3 remind", "due+1 overdue", "due+5 late_fee 5.00", "due+7 freeze", "due+9 interest");
        Owe("A", "06-01", "06-15", 100);
        Walk("06-10", "06-30");
        var replayed = facts.Select(fact => Definitions.Stored<DunningFact>(Definitions.Write(fact))).Aggregate(DunningCase.Fresh, (one, fact) => one.Apply(fact));
        Definitions.Write(replayed).ShouldBe(Definitions.Write(state));
        Definitions.Write(Definitions.Stored<DunningCase>(Definitions.Write(state))).ShouldBe(Definitions.Write(state));
        state.Pending.Length.ShouldBe(5);
        state.Apply(new EffectsDone()).ShouldSatisfyAllConditions(done => done.Pending.ShouldBeEmpty(), done => done.StatusPending.ShouldBeFalse());
    }

    [Theory]
    [InlineData("""{"steps":[]}""", "steps")]
    [InlineData("""{"steps":[{"trigger":"payday","action":"email"}]}""", "steps[0].trigger")]
    [InlineData("""{"steps":[{"trigger":"due","action":"shout"}]}""", "steps[0].action")]
    [InlineData("""{"steps":[{"trigger":"due","days":0,"action":"freeze"}]}""", "steps[0].days")]
    [InlineData("""{"steps":[{"trigger":"expiry","days":-1,"action":"suspend"}]}""", "steps[0].days")]
    [InlineData("""{"steps":[{"trigger":"due","days":400,"action":"email"}]}""", "steps[0].days")]
    [InlineData("""{"steps":[{"trigger":"due","days":5,"action":"late_fee"}]}""", "steps[0].amount")]
    [InlineData("""{"steps":[{"trigger":"due","days":5,"action":"email","amount":"5"}]}""", "steps[0].amount")]
    [InlineData("""{"steps":[{"trigger":"due","days":5,"action":"email"},{"trigger":"due","days":5,"action":"email"}]}""", "steps[1]")]
    public void a_policy_that_is_wrong_names_its_field(string body, string field) =>
        DunningRules.Check(Definitions.Read<DunningPolicy>(body).Value!).Select(error => error.Key).ShouldBe([field]);

    // "due+7 freeze", "expiry restrict", "due+5 late_fee 7.50"
    private void Policy(params string[] steps) => Terms = Terms with
    {
        Policy = new DunningPolicy
        {
            Steps = [.. steps.Select(step => step.Split(' ')).Select(words => (words, at: words[0].IndexOfAny(['+', '-']))).Select(step => new DunningStep
            {
                Trigger = step.at < 0 ? step.words[0] : step.words[0][..step.at],
                Days = step.at < 0 ? 0 : int.Parse(step.words[0][step.at..], System.Globalization.CultureInfo.InvariantCulture),
                Action = step.words[1],
                Amount = step.words.Length > 2 ? Number(step.words[2]) : null,
            })],
        },
    };

    private void Owe(string number, string issued, string due, decimal outstanding) => owed.Add(new OwedDocument(number, Date(issued), Date(due), outstanding));

    private void Pay(string number) => owed.RemoveAll(one => one.Number == number);

    // Midnight of each day, as the list of due work would.
    private void Walk(string first, string last)
    {
        for (var date = Date(first); date <= Date(last); date = date.PlusDays(1)) Decide(date.AtStartOfDayInZone(Helsinki).ToInstant());
    }

    private void At(string local) => Decide(LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse("2025-" + local).Value.InZoneStrictly(Helsinki).ToInstant());

    private DunningDecision Decide(Instant now)
    {
        var decided = DunningDecider.Decide(state, Terms, owed, now);
        foreach (var fact in decided.Facts)
        {
            facts.Add(fact);
            if (fact is StepTaken step)
                told.Add($"{Day(step.At)} {step.Action}" + (step.Charge is { } late
                    ? FormattableString.Invariant($" {step.Document} {late.Amount:0.00} {late.From:MM-dd}..{late.To:MM-dd}") : ""));
            if (fact is StatusAsked asked) told.Add($"{Day(now)} = {asked.Status.Word()}");
        }

        (state, next) = (decided.After, decided.Next);
        return decided;
    }

    private void Record(DunningFact fact)
    {
        facts.Add(fact);
        state = state.Apply(fact);
    }

    private static Instant Start(string date) => Date(date).AtStartOfDayInZone(Helsinki).ToInstant();

    private static string Day(Instant at) => LocalDatePattern.CreateWithInvariantCulture("MM-dd").Format(at.InZone(Helsinki).Date);

    private static LocalDate Date(string date) => LocalDatePattern.Iso.Parse("2025-" + date).Value;

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
