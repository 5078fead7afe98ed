// Steps of dunning that amounts make due, and collection that is asked for once more.
using NodaTime;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using Shouldly;
using Xunit;
using Definitions = OrleansBilling.Billing.Json.Definitions;

namespace OrleansBilling.BillingTests.Dunning;

public sealed class DunningAmounts
{
    private readonly List<OwedDocument> owed = [];
    private readonly List<DunningFact> facts = [];
    private DunningCase state = DunningCase.Fresh;
    private ServiceFigures? balance;
    private DunningStep[] steps = [];

    [Fact]
    public void what_is_overdue_in_all_makes_a_step_due_once_per_episode()
    {
        steps = [Overdue(100, "email"), Overdue(100, "limit")];
        Owe("A", 1, 15, 60);
        Owe("B", 1, 20, 40);
        Look(16).ShouldBeEmpty();
        Look(21).ShouldBeEmpty("100.00 is not more than 100.00");
        Owe("C", 2, 21, 0.01m);
        Look(22).ShouldBe(["email", "limit", "= limited"]);
        Pay("B");
        Look(23).ShouldBeEmpty("a state does not lessen before all is paid");
        Owe("B", 1, 20, 40);
        Look(24).ShouldBeEmpty("it has fired in this episode");
        owed.Clear();
        Look(25).ShouldBe(["= active"]);
        Owe("D", 20, 25, 100.01m);
        Look(26).ShouldBe(["email", "limit", "= limited"], "another episode");
    }

    [Fact]
    public void rule_26_a_balance_fires_on_crossing_and_is_armed_again_at_or_above()
    {
        steps = [Below(0, "sms"), Below(0, "suspend"), Percent(20, "email")];
        Look(1, 100, limit: 500).ShouldBeEmpty("100.00 is not below 20 % of 500.00");
        Look(2, 99.99m, limit: 500).ShouldBe(["email"]);
        Look(3, 0, limit: 500).ShouldBeEmpty();
        Look(4, -0.01m, limit: 500).ShouldBe(["sms", "suspend", "= suspended"]);
        Look(5, -50, limit: 500).ShouldBeEmpty("once per crossing");
        Look(6, 0, limit: 500).ShouldBe(["= active"]);
        Look(7, -1, limit: 500).ShouldBe(["sms", "suspend", "= suspended"]);
        Look(8, 100, limit: 500).ShouldBe(["= active"]);
        Look(9, 50, limit: 500).ShouldBe(["email"]);
        facts.OfType<BalanceFell>().Select(fell => fell.Number).ShouldBe([1, 2, 3, 4, 5, 6], "each crossing has a number of its own");
        facts.OfType<BalanceFell>().First().ShouldBe(new BalanceFell(1, "balance<20%:email", "email", Day(2), 99.99m));
    }

    [Fact]
    public void while_the_balance_is_not_known_nothing_crosses_and_a_step_that_is_gone_asks_for_nothing()
    {
        steps = [Below(0, "suspend")];
        Look(1, -1).ShouldBe(["suspend", "= suspended"]);
        balance = null;
        Look(2).ShouldBeEmpty();
        steps = [];
        Look(3).ShouldBe(["= active"]);
        state.Below.ShouldBeEmpty();
        steps = [Below(0, "suspend")];
        Look(4, -1).ShouldBe(["suspend", "= suspended"]);
    }

    [Fact]
    public void a_balance_that_cannot_be_told_is_said_once_until_it_can_or_nothing_goes_by_it()
    {
        steps = [Below(0, "suspend")];
        Look(1, 10);
        balance = null;
        Look(2);
        Look(3);
        (state.IsBalanceUnknown, facts.OfType<BalanceUnknown>().Count()).ShouldBe((true, 1));
        Look(4, 10);
        state.IsBalanceUnknown.ShouldBeFalse();
        balance = null;
        Look(5);
        state.IsBalanceUnknown.ShouldBeTrue();
        steps = [];
        Look(6);
        (state.IsBalanceUnknown, facts.OfType<BalanceKnown>().Count()).ShouldBe((false, 2));
        Look(7).ShouldBeEmpty();
        facts.OfType<BalanceUnknown>().Count().ShouldBe(2, "a case that goes by no balance does not ask for one");
    }

    [Fact]
    public void of_what_is_overdue_and_a_low_balance_the_stronger_counts_and_each_ends_by_itself()
    {
        steps = [Due(7, "freeze"), Below(0, "suspend")];
        Owe("A", 1, 5, 100);
        Look(12, 10).ShouldBe(["freeze", "= frozen"]);
        Owe("B", 1, 9, 100);
        Look(13, -1).ShouldBe(["suspend", "= suspended"]);
        Pay("A");
        Look(14, -1).ShouldBeEmpty();
        Look(15, 1).ShouldBe(["= frozen"], "B is overdue: what A asked for does not lessen before all is paid");
        Look(16, -1).ShouldBe(["suspend", "= suspended"]);
        owed.Clear();
        Look(17, -1).ShouldBe(["= suspended"], "the part of what was overdue is over");
        Look(18, 1).ShouldBe(["= active"]);
    }

    [Fact]
    public void collection_is_asked_for_once_per_document_that_is_late()
    {
        steps = [Due(2, "collect"), Due(5, "collect")];
        Owe("A", 1, 10, 100);
        Owe("B", 1, 12, 50);
        Look(10).ShouldBeEmpty();
        Look(12).ShouldBe(["collect A"]);
        Look(13).ShouldBeEmpty();
        Record(new DocumentDisputed("B", "wrong", "key"));
        Look(14).ShouldBeEmpty();
        Look(15).ShouldBe(["collect A"]);
        Record(new DisputeEnded("B", "key"));
        Look(16).ShouldBe(["collect B"]);
        Pay("A");
        Look(17).ShouldBe(["collect B"]);
        facts.OfType<StepTaken>().Last().ShouldSatisfyAllConditions(step => step.Step.ShouldBe("due+5:collect"), step => step.Charge.ShouldBeNull(),
            step => step.At.ShouldBe(Day(17)));
        state.Running()!.Taken.ShouldBeEmpty("it is of documents, not of the episode");
    }

    [Fact]
    public void facts_and_case_come_back_from_the_store_as_they_were()
    {
        steps = [Overdue(10, "limit"), Percent(-50, "suspend"), Below(-1.5m, "notify_admin"), Due(1, "collect")];
        Owe("A", 1, 5, 100);
        Look(6, -100, limit: 100);
        state.Below.ShouldBe(["balance<-50%:suspend", "balance<-1.5:notify_admin"]);
        state.Running()!.Taken.ShouldBe(["overdue>10:limit"]);
        var replayed = facts.Select(fact => Definitions.Stored<DunningFact>(Definitions.Write(fact))).Aggregate(DunningCase.Fresh, (one, fact) => one.Apply(fact));
        Definitions.Write(replayed).ShouldBe(Definitions.Write(state));
        Definitions.Write(Definitions.Stored<DunningCase>(Definitions.Write(state))).ShouldBe(Definitions.Write(state));
        state.Untold.Length.ShouldBe(2);
        state.Apply(new EffectsDone()).Untold.ShouldBeEmpty();
        Definitions.Stored<StatusAsked>("""{"status":"frozen","reason":"r","zone":"Etc/UTC"}""").Overdue.ShouldBeNull("as it was written before");
    }

    [Theory]
    [InlineData("""{"trigger":"overdue","action":"email"}""", "steps[0].above")]
    [InlineData("""{"trigger":"overdue","above":"-1","action":"email"}""", "steps[0].above")]
    [InlineData("""{"trigger":"due","days":1,"above":"1","action":"email"}""", "steps[0].above")]
    [InlineData("""{"trigger":"overdue","above":"1","days":1,"action":"email"}""", "steps[0].days")]
    [InlineData("""{"trigger":"balance","action":"email"}""", "steps[0].below")]
    [InlineData("""{"trigger":"balance","below":"0","below_percent":10,"action":"email"}""", "steps[0].below")]
    [InlineData("""{"trigger":"balance","below_percent":1001,"action":"email"}""", "steps[0].below_percent")]
    [InlineData("""{"trigger":"due","days":1,"below":"1","action":"email"}""", "steps[0].below")]
    [InlineData("""{"trigger":"due","days":1,"below_percent":1,"action":"email"}""", "steps[0].below_percent")]
    [InlineData("""{"trigger":"balance","below":"0","action":"collect"}""", "steps[0].action")]
    [InlineData("""{"trigger":"overdue","above":"0","action":"interest"}""", "steps[0].action")]
    [InlineData("""{"trigger":"due","days":0,"action":"collect"}""", "steps[0].days")]
    public void faults_name_the_field(string step, string field) =>
        DunningRules.Check(Definitions.Stored<DunningPolicy>($$"""{"steps":[{{step}}]}""")).ToDictionary().Keys.ShouldBe([field]);

    [Theory]
    [InlineData("""{"trigger":"overdue","above":"0","action":"suspend"}""")]
    [InlineData("""{"trigger":"balance","below":"-20.5","action":"restrict"}""")]
    [InlineData("""{"trigger":"balance","below_percent":10,"action":"email"}""")]
    [InlineData("""{"trigger":"expiry","days":0,"action":"collect"}""")]
    public void these_are_fine(string step) => DunningRules.Check(Definitions.Stored<DunningPolicy>($$"""{"steps":[{{step}}]}""")).IsEmpty.ShouldBeTrue();

    private static DunningStep Overdue(decimal above, string action) => new() { Trigger = "overdue", Above = above, Action = action };

    private static DunningStep Below(decimal below, string action) => new() { Trigger = "balance", Below = below, Action = action };

    private static DunningStep Percent(int percent, string action) => new() { Trigger = "balance", BelowPercent = percent, Action = action };

    private static DunningStep Due(int days, string action) => new() { Trigger = "due", Days = days, Action = action };

    private void Owe(string number, int issued, int due, decimal outstanding) =>
        owed.Add(new OwedDocument(number, new LocalDate(2025, 6, issued), new LocalDate(2025, 6, due), outstanding));

    private void Pay(string number) => owed.RemoveAll(one => one.Number == number);

    private string[] Look(int day, decimal available, decimal limit = 0)
    {
        balance = new ServiceFigures(available, limit);
        return Look(day);
    }

    // What happens at the midnight of a day of June.
    private string[] Look(int day)
    {
        var terms = new DunningTerms(new DunningPolicy { Steps = steps }, null, DateTimeZone.Utc, "EUR", RoundingMode.HalfAwayFromZero);
        var decided = DunningDecider.Decide(state, terms, owed, Day(day), balance);
        DunningDecider.Decide(decided.After, terms, owed, Day(day), balance).Facts.ShouldBeEmpty("what is asked again finds nothing new");
        foreach (var fact in decided.Facts) Record(fact);
        return [.. decided.Facts.Select(fact => fact switch
        {
            StepTaken { Action: "collect" } step => $"collect {step.Document}",
            StepTaken step => step.Action,
            BalanceFell fell => fell.Action,
            StatusAsked asked => $"= {asked.Status.Word()}",
            _ => null,
        }).OfType<string>()];
    }

    private void Record(DunningFact fact)
    {
        facts.Add(fact);
        state = state.Apply(fact);
    }

    private static Instant Day(int day) => Instant.FromUtc(2025, 6, day, 0, 0);
}
