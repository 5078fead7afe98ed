// States of parties: which of several counts, who may change what, and that replay finds the same.
using NodaTime;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;
using Definitions = OrleansBilling.Billing.Json.Definitions;

namespace OrleansBilling.BillingTests.Parties;

public sealed class PartyStateTests
{
    private static readonly Instant Start = Instant.FromUtc(2025, 6, 1, 0, 0);
    private readonly List<PartyFact> facts = [];
    private PartyStanding party = PartyStanding.Fresh;
    private Instant now = Start;

    [Theory]
    [InlineData(PartyStatus.Active, false, false, false)]
    [InlineData(PartyStatus.Limited, false, true, false)]
    [InlineData(PartyStatus.Restricted, false, true, false)]
    [InlineData(PartyStatus.Frozen, false, true, true)]
    [InlineData(PartyStatus.Disabled, true, true, true)]
    [InlineData(PartyStatus.Suspended, true, true, true)]
    [InlineData(PartyStatus.Blocked, true, true, true)]
    [InlineData(PartyStatus.Terminated, true, true, true)]
    public void each_status_stops_what_its_table_says(PartyStatus status, bool usage, bool buying, bool growth)
    {
        (status.StopsUsage(), status.StopsBuying(), status.StopsGrowth()).ShouldBe((usage, buying, growth));
        PartyEffects.OfWord(status.Word()).ShouldBe(status);
    }

    [Fact]
    public void of_the_parties_around_a_subscription_the_strongest_counts_and_says_whose_it_is()
    {
        Gate(("alfa", PartyStatus.Active)).ShouldBe((UsageOutcome.Accepted, "active", null));
        Gate(("alfa", PartyStatus.Suspended)).ShouldBe((UsageOutcome.SubscriptionNotActive, "suspended", "alfa"));
        Gate(("alfa", PartyStatus.Frozen), ("r2", PartyStatus.Active), ("r1", PartyStatus.Suspended))
            .ShouldBe((UsageOutcome.PartnerSuspended, "partner_suspended", "r1"));
        Gate(("alfa", PartyStatus.Blocked), ("r1", PartyStatus.Suspended)).ShouldBe((UsageOutcome.SubscriptionNotActive, "blocked", "alfa"));
        Gate(("alfa", PartyStatus.Active), ("r1", PartyStatus.Frozen)).ShouldBe((UsageOutcome.Accepted, "partner_frozen", "r1"));
        Gate(("alfa", PartyStatus.Suspended), ("r1", PartyStatus.Suspended)).ShouldBe((UsageOutcome.SubscriptionNotActive, "suspended", "alfa"));
    }

    [Fact]
    public void what_is_set_by_hand_overrides_dunning_until_it_is_taken_back()
    {
        Dun("a", 1, PartyStatus.Suspended);
        Status.ShouldBe(PartyStatus.Suspended);
        Set(PartyStatus.Frozen);
        Status.ShouldBe(PartyStatus.Frozen);
        Dun("a", 2, PartyStatus.Terminated);
        Status.ShouldBe(PartyStatus.Frozen);
        Do(new(PartyVerb.Resume, "", "key")).Code.ShouldBeNull();
        Status.ShouldBe(PartyStatus.Terminated);
        Do(new(PartyVerb.Resume, "", "key")).Code.ShouldBe(PartyDecider.Terminated);
        Set(PartyStatus.Frozen).Code.ShouldBe(PartyDecider.Terminated);
        Dun("a", 3, PartyStatus.Active);
        Status.ShouldBe(PartyStatus.Terminated);
    }

    [Fact]
    public void the_strongest_case_counts_and_nothing_is_left_when_all_are_paid()
    {
        Dun("a", 1, PartyStatus.Restricted);
        Dun("b", 1, PartyStatus.Suspended);
        Dun("a", 2, PartyStatus.Disabled);
        Status.ShouldBe(PartyStatus.Suspended);
        Dun("b", 2, PartyStatus.Active);
        Status.ShouldBe(PartyStatus.Disabled);
        Dun("a", 1, PartyStatus.Suspended).Facts.ShouldBeEmpty("what is told late changes nothing");
        Dun("a", 3, PartyStatus.Active);
        Status.ShouldBe(PartyStatus.Active);
    }

    [Fact]
    public void dunning_is_not_taken_back_by_hand_but_postponed()
    {
        Dun("a", 1, PartyStatus.Suspended);
        Do(new(PartyVerb.Resume, "", "key")).Code.ShouldBe(PartyDecider.SetByDunning);
        Lift(days: 4);
        Status.ShouldBe(PartyStatus.Active);
        now = Start + Duration.FromDays(4) - Duration.Epsilon;
        Do(new(PartyVerb.Tick, "", "clock")).Facts.ShouldBeEmpty();
        now = Start + Duration.FromDays(4);
        Do(new(PartyVerb.Tick, "", "clock")).Facts.Count.ShouldBe(1);
        Status.ShouldBe(PartyStatus.Suspended);
    }

    [Fact]
    public void a_lift_holds_a_termination_back_and_ends_with_the_debt()
    {
        Lift(days: 4);
        Dun("a", 1, PartyStatus.Terminated);
        Status.ShouldBe(PartyStatus.Active);
        Dun("a", 2, PartyStatus.Active);
        party.Lift.ShouldBeNull();
        Dun("a", 3, PartyStatus.Suspended);
        Status.ShouldBe(PartyStatus.Suspended);
        Lift(days: 8);
        Dun("a", 4, PartyStatus.Terminated);
        party.End.ShouldBeNull();
        now = Start + Duration.FromDays(8);
        Do(new(PartyVerb.Tick, "", "clock")).Facts.Count.ShouldBe(2);
        party.End.ShouldNotBeNull();
    }

    [Fact]
    public void what_somebody_further_up_has_set_is_not_changed_from_below()
    {
        Set(PartyStatus.Blocked);
        Set(PartyStatus.Frozen, level: 2).Code.ShouldBe(PartyDecider.SetAbove);
        Do(new(PartyVerb.Resume, "", "key", 2)).Code.ShouldBe(PartyDecider.SetAbove);
        Do(new(PartyVerb.Resume, "", "key")).Code.ShouldBeNull();
        Set(PartyStatus.Frozen, level: 1).Code.ShouldBeNull();
        Set(PartyStatus.Suspended, level: 2).Code.ShouldBeNull();
        Do(new(PartyVerb.Resume, "", "key", 1)).Code.ShouldBe(PartyDecider.SetAbove);
    }

    [Fact]
    public void the_same_command_again_finds_itself_done()
    {
        Set(PartyStatus.Frozen).Facts.Count.ShouldBe(1);
        Set(PartyStatus.Frozen).Facts.ShouldBeEmpty();
        Set(PartyStatus.Terminated).Facts.Count.ShouldBe(1);
        Set(PartyStatus.Terminated).ShouldBe(new PartyDecision(Set(PartyStatus.Terminated).Facts));
    }

    [Fact]
    public void facts_and_standing_come_back_from_the_store_as_they_were()
    {
        Dun("a", 1, PartyStatus.Suspended);
        Set(PartyStatus.Frozen, level: 3);
        Lift(days: 4);
        Do(new(PartyVerb.Resume, "paid", "key"));
        now = Start + Duration.FromDays(5);
        Do(new(PartyVerb.Tick, "", "clock"));
        Set(PartyStatus.Terminated);
        var replayed = facts.Select(fact => Definitions.Stored<PartyFact>(Definitions.Write(fact))).Aggregate(PartyStanding.Fresh, (one, fact) => one.Apply(fact, Start));
        (replayed.Status, replayed.Version).ShouldBe((party.Status, party.Version));
        Definitions.Write(Definitions.Stored<PartyStanding>(Definitions.Write(party))).ShouldBe(Definitions.Write(party));
    }

    private PartyStatus Status => party.Status;

    private PartyDecision Set(PartyStatus status, int level = int.MaxValue) => Do(new(PartyVerb.Set, "because", "key", level, status));

    private PartyDecision Dun(string name, long version, PartyStatus status) =>
        Do(new(PartyVerb.Dun, "", name, Dunning: new DunningSet(name, version, status, "overdue", "Etc/UTC")));

    private void Lift(int days) => Do(new(PartyVerb.Lift, "", "key", Lift: new Lifted(new LocalDate(2025, 6, days), Start + Duration.FromDays(days), "", "key")))
        .Facts.Count.ShouldBe(1);

    private PartyDecision Do(PartyCommand command)
    {
        var decided = PartyDecider.Decide(party, command, now);
        facts.AddRange(decided.Facts);
        party = decided.Facts.Aggregate(party, (standing, fact) => standing.Apply(fact, now));
        return decided;
    }

    private static (UsageOutcome, string, string?) Gate(params (string Party, PartyStatus Status)[] chain)
    {
        var gate = ServiceGate.Of([.. chain.Select(one => one.Party)], party => chain.Single(one => one.Party == party).Status);
        return (gate.Refusal, gate.Word, gate.Party);
    }
}
