// The cache of older ids: bounded in bytes, and nothing of it is an answer.
using OrleansBilling.Grains.Usage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.GrainsTests.Usage;

public sealed class EventIdCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task contents_are_given_up_above_the_bound_and_read_again()
    {
        var (store, size) = (new MemoryEventIds(), new SearchablePart(Part(0)).Bytes);
        var cache = new EventIdCache(store) { BytesMax = 10 * size };
        var places = new List<CachedPart>();
        for (var number = 0; number < 100; number++)
        {
            await store.Add(Part(number), None);
            places.Add(cache.Keep(Part(number)).Place);
            places.Count(place => place.Contents is not null).ShouldBeLessThanOrEqualTo(10);
        }

        store.Loads.ShouldBe(0);
        for (var number = 0; number < 100; number++)
            (await cache.Get(Part(number).Key, None)).ShouldNotBeNull().Contents.Part.Versions.ShouldBe(Part(number).Versions);
        store.Loads.ShouldBeGreaterThanOrEqualTo(90);
    }

    [Fact]
    public async Task a_part_that_was_read_is_not_read_again()
    {
        var store = new MemoryEventIds();
        await store.Add(Part(1), None);
        var cache = new EventIdCache(store);
        var first = (await cache.Get(Part(1).Key, None)).ShouldNotBeNull();
        (await cache.Get(Part(1).Key, None)).ShouldNotBeNull().Contents.ShouldBeSameAs(first.Contents);
        store.Loads.ShouldBe(1);
        (await cache.Get(Part(2).Key, None)).ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public void a_part_finds_all_that_it_holds_and_its_filter_passes_few_others(int count)
    {
        var random = new Random(count);
        var pairs = Enumerable.Range(0, count).Select(at => (Fingerprint: (uint)random.NextInt64(1L << 32), Version: at + 1L)).ToList();
        pairs.Add((pairs[0].Fingerprint, count + 1));
        pairs.Sort();
        var part = new SearchablePart(new(new(1, 1, 1, count + 1), [.. pairs.Select(pair => pair.Fingerprint)], [.. pairs.Select(pair => pair.Version)]));
        foreach (var group in pairs.GroupBy(pair => pair.Fingerprint, pair => pair.Version))
        {
            var versions = new List<long>();
            part.VersionsOf(group.Key, versions.Add);
            versions.ShouldBe(group, ignoreOrder: true);
        }

        var others = Enumerable.Range(0, 10_000).Select(_ => (uint)random.NextInt64(1L << 32)).Except(pairs.Select(pair => pair.Fingerprint)).ToList();
        others.Count(part.Holds).ShouldBe(0);
        others.Count(part.MayHold).ShouldBeLessThan(300);
    }

    private static EventIdPart Part(int number) => new(new(1, number, 1, 100), [.. Enumerable.Range(0, 100).Select(at => (uint)at)],
        [.. Enumerable.Range(0, 100).Select(at => (number + at) % 100 + 1L)]);
}
