// RFC 3339 instants: every form that the standard has, to the microsecond, and nothing else.
using System.Text;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests;
using OrleansBilling.ClientApi.Events;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("2025-05-12T09:30:00Z", "2025-05-12T09:30:00Z")]
    [InlineData("2025-05-12t09:30:00z", "2025-05-12T09:30:00Z")]
    [InlineData("2025-05-12T09:30:00+03:00", "2025-05-12T06:30:00Z")]
    [InlineData("2025-05-12T09:30:00-00:00", "2025-05-12T09:30:00Z")]
    [InlineData("2025-01-01T00:00:00+05:45", "2024-12-31T18:15:00Z")]
    [InlineData("2025-12-31T23:59:59-09:30", "2026-01-01T09:29:59Z")]
    [InlineData("2025-05-12T09:30:00.1Z", "2025-05-12T09:30:00.1Z")]
    [InlineData("2025-05-12T09:30:00.12Z", "2025-05-12T09:30:00.12Z")]
    [InlineData("2025-05-12T09:30:00.123Z", "2025-05-12T09:30:00.123Z")]
    [InlineData("2025-05-12T09:30:00.1234Z", "2025-05-12T09:30:00.1234Z")]
    [InlineData("2025-05-12T09:30:00.12345Z", "2025-05-12T09:30:00.12345Z")]
    [InlineData("2025-05-12T09:30:00.123456Z", "2025-05-12T09:30:00.123456Z")]
    [InlineData("2025-05-12T09:30:00.1234567Z", "2025-05-12T09:30:00.123456Z")]
    [InlineData("2025-05-12T09:30:00.12345678Z", "2025-05-12T09:30:00.123456Z")]
    [InlineData("2025-05-12T09:30:00.999999999+01:00", "2025-05-12T08:30:00.999999Z")]
    [InlineData("2025-05-12T09:30:00.00000000000000000000000000000000000000001Z", "2025-05-12T09:30:00Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00+18:00", "1969-12-31T06:00:00Z")]
    [InlineData("9998-12-31T23:59:59.999999-18:59", "9999-01-01T18:58:59.999999Z")]
    public void an_instant_is_read_to_the_microsecond(string text, string instant)
    {
        EventTime.TryParse(Encoding.UTF8.GetBytes(text), out var micros).ShouldBeTrue();
        InstantPattern.ExtendedIso.Format(Micros.Instant(micros)).ShouldBe(instant);
    }

    [Theory]
    [InlineData(""), InlineData("2025-05-12"), InlineData("2025-05-12T09:30:00"), InlineData("2025-05-12T09:30Z"), InlineData("2025-05-12 09:30:00Z")]
    [InlineData("2025-05-12T09:30:60Z"), InlineData("2016-12-31T23:59:60Z"), InlineData("2025-05-12T24:00:00Z"), InlineData("2025-05-12T09:60:00Z")]
    [InlineData("2025-02-29T00:00:00Z"), InlineData("2025-00-12T00:00:00Z"), InlineData("2025-13-12T00:00:00Z"), InlineData("2025-05-00T00:00:00Z"), InlineData("2025-04-31T00:00:00Z")]
    [InlineData("2025-05-12T09:30:00.Z"), InlineData("2025-05-12T09:30:00,1Z"), InlineData("2025-05-12T09:30:00.1"), InlineData("2025-05-12T09:30:00+0300"), InlineData("2025-05-12T09:30:00+03")]
    [InlineData("2025-05-12T09:30:00+19:00"), InlineData("2025-05-12T09:30:00+03:60"), InlineData("2025-05-12T09:30:00 Z"), InlineData("2025-05-12T09:30:00ZZ"), InlineData("2025-05-12T09:30:00x")]
    [InlineData("1969-12-31T23:59:59Z"), InlineData("9999-01-01T00:00:00Z"), InlineData("0000-00-00T00:00:00Z"), InlineData("+025-05-12T09:30:00Z"), InlineData("2025-05-12T09:30:-1Z")]
    [InlineData("2025-05-12T09:30:00−03:00"), InlineData("٢٠٢٥-05-12T09:30:00Z"), InlineData("20250512T093000Z----"), InlineData("2025-W20-1T09:30:00Z")]
    public void everything_else_is_no_instant(string text) => EventTime.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void every_instant_that_is_printed_is_read_back() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var micros = random.NextInt64(4_000_000_000_000_000);
            var offset = Offset.FromSeconds(random.Next(-18 * 60, (18 * 60) + 1) * 60);
            var text = OffsetDateTimePattern.Rfc3339.Format(Micros.Instant(micros).WithOffset(offset));
            return EventTime.TryParse(Encoding.UTF8.GetBytes(text), out var read) && read == micros;
        });
}
