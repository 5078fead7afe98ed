// The log of event ids against a dictionary that cannot be wrong.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class EventIdLogTests
{
    [Fact]
    public void the_log_does_what_a_dictionary_and_a_list_do() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var log = new EventIdLog();
            var order = new List<EventIdEntry>();
            var forgotten = 0L;
            var added = new List<UInt128>();
            for (var turn = 0; turn < 300; turn++)
            {
                switch (random.Next(20))
                {
                    case 0:
                        var number = random.Next(order.Count + 1);
                        log.RemoveOldest(number);
                        order.RemoveRange(0, number);
                        forgotten += number;
                        break;
                    case 1:
                        var day = random.Next(60);
                        var old = order.TakeWhile(entry => entry.Day < day).Count();
                        log.RemoveBefore(day);
                        order.RemoveRange(0, old);
                        forgotten += old;
                        break;
                    case 2:
                        var from = random.NextInt64(forgotten + order.Count + 1);
                        var to = random.NextInt64(from, forgotten + order.Count + 1);
                        log.SetVersion(from, to, turn);
                        for (var position = Math.Max(from, forgotten); position < to; position++)
                            order[(int)(position - forgotten)] = order[(int)(position - forgotten)] with { Version = turn };
                        break;
                    default:
                        // Low bits collide on purpose: that is what the index has to cope with.
                        var id = new UInt128((ulong)turn << 8, (ulong)random.Next(16) << (random.Next(2) * 40));
                        var entry = new EventIdEntry { IdHash = id, BodyHash = (uint)turn, Day = turn / 5 + random.Next(3) };
                        log.Add(entry);
                        order.Add(entry);
                        added.Add(id);
                        break;
                }

                (log.Count, log.NextPosition).ShouldBe((order.Count, forgotten + order.Count));
            }

            log.Entries.ToArray().ShouldBe(order);
            var byId = order.ToDictionary(entry => entry.IdHash);
            foreach (var id in added)
            {
                log.TryGet(id, out var found).ShouldBe(byId.TryGetValue(id, out var expected));
                found.ShouldBe(expected);
            }

            return !log.TryGet(UInt128.MaxValue, out _);
        });

    [Fact]
    public void an_empty_log_knows_nothing_and_forgets_nothing()
    {
        var log = new EventIdLog();
        log.TryGet(0, out _).ShouldBeFalse();
        log.RemoveBefore(int.MaxValue);
        log.RemoveOldest(0);
        log.SetVersion(0, 0, 1);
        (log.Count, log.NextPosition).ShouldBe((0, 0L));
    }

    [Fact]
    public void thirty_thousand_ids_are_all_known()
    {
        var log = new EventIdLog();
        UInt128 Id(int number) => System.IO.Hashing.XxHash128.HashToUInt128(BitConverter.GetBytes(number));
        for (var number = 0; number < 30_000; number++)
            log.Add(new EventIdEntry { IdHash = Id(number), BodyHash = (uint)number });
        for (var number = 0; number < 30_000; number++)
            (log.TryGet(Id(number), out var found) && found.BodyHash == number).ShouldBeTrue();
        log.TryGet(Id(30_000), out _).ShouldBeFalse();
    }
}
