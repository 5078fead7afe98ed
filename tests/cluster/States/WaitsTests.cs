// The control of the judgement: what it must find, and what it must let pass.
namespace OrleansBilling.Cluster.Tests.States;

public sealed class WaitsTests
{
    [Theory]
    [InlineData("400 0, 999 0, 700 0", 0)]
    [InlineData("400 0, 1000 0, 700 0", 1)]
    [InlineData("400 0, 1000 200, 700 0", 1)]
    [InlineData("400 0, 3000 201, 700 0", 0)]
    [InlineData("400 0, 3000 900, 1100 300", 1)]
    [InlineData("1200 0, 3000 900", 2)]
    public void a_late_change_counts_unless_the_machine_was_away_and_most_must_be_in_time_whatever_it_was(string waits, int faults) =>
        Waits.Faults([.. waits.Split(", ").Select(one => one.Split(' ')).Select(one => new Wait("a change", Milliseconds(one[0]), Milliseconds(one[1])))])
            .Count.ShouldBe(faults);

    static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
