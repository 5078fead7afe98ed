// Commands on a subscription: what each leads to, told as one line.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Subscriptions;

public sealed class SubscriptionChangesTests
{
    private static readonly Instant Now = Instant.FromUtc(2025, 6, 20, 12, 0);
    private static readonly string[] Both = ["retail", "wholesale"];

    private static readonly Subscription Sold = new()
    {
        Customer = "alfa", StartsAt = Instant.FromUtc(2025, 6, 1, 0, 0),
        Legs = [new Leg { Agreement = "wholesale", Plan = "basic" }, new Leg { Agreement = "retail", Plan = "shop" }],
    };

    [Theory]
    // commands "action day [plan/reason]", the last one is judged
    [InlineData("cancel 25", "ends 2025-06-25")]
    [InlineData("cancel 25; cancel 22", "ends 2025-06-22")]
    [InlineData("cancel 22; cancel 25", "subscription_not_active")]
    [InlineData("cancel 19; suspend 20", "subscription_not_active")]
    [InlineData("cancel 25; suspend 20", "without 2025-06-20… suspended, ends 2025-06-25")]
    [InlineData("suspend 10 no_funds; resume 12", "without 2025-06-10…2025-06-12 no_funds")]
    [InlineData("suspend 10; suspend 12", "subscription_not_active")]
    [InlineData("suspend 10; resume 12; suspend 11", "change_out_of_order")]
    [InlineData("suspend 10; resume 10", "without 2025-06-10…2025-06-10 suspended")]
    [InlineData("suspend 10; resume 12; suspend 12 blocked", "without 2025-06-10…2025-06-12 suspended, without 2025-06-12… blocked")]
    [InlineData("resume 12", "subscription_not_suspended")]
    [InlineData("change_plan 10 pro", "pro 2025-06-10")]
    [InlineData("change_plan 10 basic", "conflict")]
    [InlineData("change_plan 10 pro; change_plan 12 basic", "pro 2025-06-10, basic 2025-06-12")]
    [InlineData("suspend 10; change_plan 12 pro", "without 2025-06-10… suspended, pro 2025-06-12")]
    [InlineData("suspend 10 bored", "reason")]
    [InlineData("cancel 1", "at")]
    [InlineData("change_plan 10", "plan")]
    [InlineData("pause 10", "action")]
    public void commands_come_in_order_and_the_last_end_is_the_earliest(string commands, string told)
    {
        var subscription = Sold;
        foreach (var command in commands.Split("; "))
        {
            var decision = Decide(subscription, Asked(command));
            if (decision.Changed is null)
            {
                (decision.Code ?? decision.Errors.Single().Key).ShouldBe(told);
                return;
            }

            subscription = decision.Changed;
        }

        Told(subscription).ShouldBe(told);
    }

    [Fact]
    public void the_same_command_again_changes_nothing_and_another_under_its_id_is_refused()
    {
        var once = Decide(Sold, Asked("suspend 10") with { Id = "a" }).Changed!;
        Decide(once, Asked("suspend 10 suspended") with { Id = "a" }).Changed.ShouldBeSameAs(once);
        Decide(once, Asked("suspend 10") with { Id = "a", At = null }).Changed.ShouldBeSameAs(once);
        Decide(once, Asked("suspend 11") with { Id = "a" }).Code.ShouldBe("idempotency_conflict");
        Decide(once, Asked("resume 10") with { Id = "a" }).Code.ShouldBe("idempotency_conflict");
        var changed = Decide(Sold, Asked("change_plan 10 pro") with { Id = "b" }).Changed!;
        Decide(changed, Asked("change_plan 10 gold") with { Id = "b" }).Code.ShouldBe("idempotency_conflict");
        Decide(changed, Asked("change_plan 10 pro") with { Id = "b", Agreement = "retail" }).Code.ShouldBe("idempotency_conflict");
    }

    [Fact]
    public void a_leg_must_be_named_where_there_are_two_and_sold_by_whoever_asks()
    {
        SubscriptionChanges.Decide(Sold, Asked("change_plan 10 pro") with { Agreement = null }, Both, Now).Errors.Single().Key.ShouldBe("agreement");
        var own = SubscriptionChanges.Decide(Sold, Asked("change_plan 10 pro") with { Agreement = null }, ["retail"], Now).Changed!;
        own.Changes!.Single().Agreement.ShouldBe("retail");
        SubscriptionChanges.Decide(Sold, Asked("change_plan 10 pro"), ["retail"], Now).Errors.Single().Key.ShouldBe("agreement");
    }

    [Fact]
    public void there_is_a_bound_on_commands_and_on_how_far_back_they_reach()
    {
        var old = Sold with { StartsAt = Instant.FromUtc(2024, 1, 1, 0, 0) };
        Decide(old, Asked("cancel 10") with { At = Now - Limits.LatenessWindow - Duration.Epsilon }).Errors.Single().Key.ShouldBe("at");
        Decide(old, Asked("cancel 10") with { At = Now - Limits.LatenessWindow }).Changed.ShouldNotBeNull();
        var full = Sold with { Changes = [.. Enumerable.Repeat(new SubscriptionChange { Action = "resume", At = Sold.StartsAt }, Limits.SubscriptionChangesMax)] };
        Decide(full, Asked("suspend 10")).Code.ShouldBe("too_many_changes");
    }

    private static ChangeDecision Decide(Subscription subscription, SubscriptionChange asked) => SubscriptionChanges.Decide(subscription, asked, Both, Now);

    private static SubscriptionChange Asked(string command)
    {
        var words = command.Split(' ');
        var plan = words[0] == "change_plan";
        return new SubscriptionChange
        {
            Action = words[0], At = Instant.FromUtc(2025, 6, int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), 0, 0),
            Agreement = plan ? "wholesale" : null, Plan = plan && words.Length > 2 ? words[2] : null, Reason = !plan && words.Length > 2 ? words[2] : null,
        };
    }

    private static string Told(Subscription subscription)
    {
        static string Day(Instant? at) => at?.ToString("uuuu-MM-dd", null) ?? "";
        var pauses = ServiceLife.PausesOf(subscription).Select(pause => $"without {Day(pause.From)}…{Day(pause.Until)} {pause.Reason}");
        var plans = ServiceLife.PlansOf(subscription, subscription.Legs[0]).Skip(1).Select(plan => $"{plan.Plan} {Day(plan.From)}");
        string[] end = ServiceLife.EndOf(subscription) is { } at ? [$"ends {Day(at)}"] : [];
        return string.Join(", ", pauses.Concat(plans).Concat(end));
    }
}
