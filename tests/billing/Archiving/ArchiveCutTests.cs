// How far rows may be archived: up to a seal, and never a row that an id or a person may still ask for.
using NodaTime;
using OrleansBilling.Billing.Archiving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Archiving;

public sealed class ArchiveCutTests
{
    // May and June are sealed in rows 2 and 4; row 5 is of July.
    private static readonly ReadOnlyMemory<byte>[] Life =
    [
        Usage("2025-05-12T10:00:00Z", "a", "2025-05-12T10:00:00Z"), Seal("2025-05", "2025-05-31T21:00:00Z"),
        Usage("2025-06-12T10:00:00Z", "b", "2025-06-12T10:00:00Z"), Seal("2025-06", "2025-06-30T21:00:00Z"),
        Usage("2025-07-12T10:00:00Z", "c", "2025-07-12T10:00:00Z"),
    ];

    [Theory]
    [InlineData("2025-05-01T12:00:00Z", "2026-01-01T00:00:00Z", 0)]
    [InlineData("2025-06-01T12:00:00Z", "2026-01-01T00:00:00Z", 2)]
    [InlineData("2025-07-01T12:00:00Z", "2026-01-01T00:00:00Z", 4)]
    [InlineData("2025-12-01T12:00:00Z", "2026-01-01T00:00:00Z", 4)]
    // June's seal is 35 days old on 4 August at 21:00, its event on 17 July.
    [InlineData("2025-07-01T12:00:00Z", "2025-08-04T21:00:00Z", 2)]
    [InlineData("2025-07-01T12:00:00Z", "2025-08-04T21:00:01Z", 4)]
    public void it_is_at_the_newest_seal_that_is_old_enough(string ended, string now, long expected) => Cut(ended, now, Life).ShouldBe(expected);

    [Fact]
    public void an_event_whose_id_is_kept_stops_it_in_the_row_of_the_seal_too() =>
        Cut("2025-07-01T12:00:00Z", "2025-08-05T23:00:00Z", Life[0], Life[1], Life[2], Both(Life[3], Usage("2025-07-01T10:00:00Z", "d", "2025-07-01T10:00:00Z")))
            .ShouldBe(2);

    // Usage of May that came in July is in July's row: what it was of does not matter, when it was recorded does.
    [Theory]
    [InlineData("2025-08-19T09:59:59Z", 2)]
    [InlineData("2025-08-20T00:00:00Z", 4)]
    public void a_row_of_old_usage_stays_as_long_as_it_is_young_and_what_is_behind_it_too(string now, long expected) =>
        Cut("2025-08-01T12:00:00Z", now, Life[0], Life[1], Usage("2025-07-15T10:00:00Z", "late", "2025-06-20T10:00:00Z"), Seal("2025-06", "2025-06-30T21:00:00Z"))
            .ShouldBe(expected);

    [Theory]
    [InlineData("2025-06-10T12:00:00Z", 0)]
    [InlineData("2025-06-20T12:00:00Z", 2)]
    public void a_seal_of_a_later_period_of_another_calendar_stays_and_what_is_behind_it_too(string ended, long expected) =>
        Cut(ended, "2026-01-01T00:00:00Z", Seal("2025-06", "2025-06-15T00:00:00Z", "mid-month"), Life[1]).ShouldBe(expected);

    private static long Cut(string ended, string now, params ReadOnlyMemory<byte>[] rows)
    {
        var cut = new ArchiveCut(World.At(ended), World.At(now));
        for (var at = 0; at < rows.Length; at++)
            cut.Row(at + 1, rows[at].Span);
        return cut.Version;
    }

    private static ReadOnlyMemory<byte> Both(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => new([.. one.Span, .. other.Span]);

    private static ReadOnlyMemory<byte> Seal(string label, string end, string calendar = "helsinki") =>
        SealFrame.Write(new(calendar, label, World.At(end), Micros.Of(World.At(end)), []));

    private static ReadOnlyMemory<byte> Usage(string recorded, string id, string time)
    {
        var state = new SubscriptionState();
        return state.Decide(World.Terms(World.Leg(World.Price("sms", "0.1"))), recorded, new TestEvent(id, time)).Frame.ToArray();
    }
}
