// Ids of a stream in shares: whatever the bound, an id that comes twice is found once, and nothing else is.
using OrleansBilling.Billing.Proving;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Proving;

public sealed class IdSetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(5_000)]
    public void an_id_that_comes_twice_is_found_in_whatever_share_it_is(int most)
    {
        // Spread over all bits, as hashes are.
        UInt128[] ids = [.. Enumerable.Range(1, 1_000).Select(number => unchecked((UInt128)(ulong)number * 0x9E3779B97F4A7C15UL))];
        UInt128[] stream = [.. ids, ids[3], ids[500], ids[999]];
        var set = new IdSet(most);
        var found = new List<UInt128>();
        do
            found.AddRange(stream.Where(id => !set.Add(id, day: 1)));
        while (set.Next());
        found.Order().ShouldBe(new[] { ids[3], ids[500], ids[999] }.Order());
        (set.Shares > 1).ShouldBe(most < 1_000);
    }

    [Fact]
    public void the_same_id_on_another_day_is_another_event()
    {
        var set = new IdSet();
        (set.Add(7, 1), set.Add(7, 2), set.Add(7, 1)).ShouldBe((true, true, false));
    }
}
