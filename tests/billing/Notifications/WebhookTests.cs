// Signatures against the specification's own example, and how long a receiver is tried.
using NodaTime;
using OrleansBilling.Billing.Notifications;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Notifications;

public sealed class WebhookTests
{
    [Fact]
    public void a_signature_is_that_of_the_specification()
    {
        WebhookSecret.TryRead("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret).ShouldBeTrue();
        WebhookSignature.Of(secret!, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}")
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        Should.Throw<ArgumentException>(() => WebhookSignature.Of(secret!, "a.b", 1, ""));
    }

    [Theory]
    [InlineData(23, false), InlineData(24, true), InlineData(64, true), InlineData(65, false)]
    public void a_secret_has_24_to_64_bytes(int length, bool isOne)
    {
        var text = WebhookSecret.Of(new byte[length]);
        WebhookSecret.TryRead(text, out var secret).ShouldBe(isOne);
        WebhookSecret.TryRead(text["whsec_".Length..], out _).ShouldBeFalse();
        (secret?.Length ?? 0).ShouldBe(isOne ? length : 0);
    }

    [Fact]
    public void waits_grow_and_end_within_three_days_of_the_first_attempt()
    {
        var first = Instant.FromUtc(2025, 5, 12, 9, 0);
        var (now, waits, attempts) = (first, new List<Duration>(), 1);
        while (WebhookRetry.Next(attempts, first, now) is { } next)
        {
            waits.Add(next - now);
            (now, attempts) = (next, attempts + 1);
        }

        waits[0].ShouldBe(Duration.FromSeconds(5));
        waits.ShouldBe(waits.Order());
        waits[^1].ShouldBe(Duration.FromHours(6));
        (now - first).ShouldBeLessThanOrEqualTo(Duration.FromHours(72));
        (now - first).ShouldBeGreaterThan(Duration.FromHours(66));
    }
}
