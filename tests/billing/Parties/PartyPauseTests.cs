// When the state of a party stops service, as fees see it (domain 0.3, rule 8; 1.5).
using NodaTime;
using OrleansBilling.Billing.Parties;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Parties;

public sealed class PartyPauseTests
{
    [Theory]
    [InlineData("1 frozen, 5 active", "", "running traffic goes on")]
    [InlineData("1 suspended, 5 active", "1-5 suspended")]
    [InlineData("1 disabled, 5 active, 9 blocked", "1-5 suspended, 9- blocked")]
    [InlineData("1 suspended, 3 blocked, 7 suspended, 9 limited", "1-3 suspended, 3-7 blocked, 7-9 suspended")]
    [InlineData("1 disabled, 3 suspended, 9 active", "1-9 suspended", "the reason is the same")]
    [InlineData("1 suspended, 1 active", "", "no time at all")]
    public void the_state_of_a_party(string states, string pauses, string why = "")
    {
        var facts = states.Split(", ").Select(state => state.Split(' ')).Select(state => (Day(state[0]), Set(state[1])));
        string.Join(", ", PartyPauses.Of(facts).Select(pause => $"{Text(pause.From)}-{(pause.Until is { } until ? Text(until) : "")} {pause.Reason}")).ShouldBe(pauses, why);
    }

    [Fact]
    public void a_lift_is_a_time_with_service()
    {
        var facts = new (Instant, PartyFact)[]
        {
            (Day("1"), new DunningSet("case", 1, PartyStatus.Suspended, "owes", "Etc/UTC")), (Day("4"), new Lifted(new LocalDate(2025, 5, 7), Day("8"), "promised", "key")),
            (Day("8"), new LiftEnded()), (Day("9"), new DunningSet("case", 2, PartyStatus.Active, "paid", "Etc/UTC")),
        };
        PartyPauses.Of(facts).Select(pause => (Text(pause.From), Text(pause.Until!.Value))).ShouldBe([("1", "4"), ("8", "9")]);
    }

    private static PartyFact Set(string word) =>
        word == "active" ? new StatusCleared("r", "key") : new StatusSet(PartyEffects.OfWord(word), "r", "key", 0);

    private static Instant Day(string day) => Instant.FromUtc(2025, 5, int.Parse(day, System.Globalization.CultureInfo.InvariantCulture), 0, 0);

    private static string Text(Instant at) => at.InUtc().Day.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
