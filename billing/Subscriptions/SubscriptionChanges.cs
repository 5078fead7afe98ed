// Decides commands on a subscription: end it, pause it, go on, change a plan, pay ahead.
using NodaTime;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>What can be done to a subscription.</summary>
public static class SubscriptionActions
{
    /// <summary>Ends it.</summary>
    public const string Cancel = "cancel";
    /// <summary>No service until it is resumed; fees run on.</summary>
    public const string Suspend = "suspend";
    /// <summary>Service again.</summary>
    public const string Resume = "resume";
    /// <summary>Another plan on one leg.</summary>
    public const string ChangePlan = "change_plan";
    /// <summary>Fees of several periods, paid with one invoice.</summary>
    public const string Prepay = "prepay";

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [Cancel, Suspend, Resume, ChangePlan, Prepay];
}

/// <summary>What was decided: the subscription as it stands then, or why not.</summary>
/// <param name="Changed">Null: refused.</param>
/// <param name="Code">A conflict's code; null: the fields are wrong.</param>
public sealed record ChangeDecision(Subscription? Changed, string? Code, FieldErrors Errors)
{
    /// <summary>The command with what could not be known before it was looked at; null: it is complete.</summary>
    public SubscriptionChange? Asked { get; init; }

    /// <summary>It was decided before: nothing is bought by it now.</summary>
    public bool IsKnown { get; init; }

    internal static ChangeDecision Wrong(string field, string message) => new(null, null, FieldErrors.Of(field, message));

    internal static ChangeDecision Conflict(string code, string field, string message) => new(null, code, FieldErrors.Of(field, message));
}

/// <summary>
/// Commands take effect in order of their time, except that an end may be set before what was to come. What was accepted before a command came stays
/// priced as it was; fees of sealed periods are corrected by the next close (<see cref="Fees.RecurringFees.Corrections"/>).
/// </summary>
public static class SubscriptionChanges
{
    private static readonly string[] Pauses = ["suspended", "blocked", "expired", ServicePause.NoFunds];

    /// <summary>Decides one.</summary>
    /// <param name="sellable">Agreements whose plan may be changed by whoever asks.</param>
    public static ChangeDecision Decide(Subscription subscription, SubscriptionChange asked, IReadOnlyList<string> sellable, Instant now)
    {
        var changes = subscription.Changes ?? [];
        var errors = Check(asked);
        if (!errors.IsEmpty)
            return new ChangeDecision(null, null, errors);
        if (asked.Id is { } id && changes.FirstOrDefault(change => change.Id == id) is { } known)
            return Same(known, asked, subscription) ? new ChangeDecision(subscription, null, errors) { IsKnown = true }
                : ChangeDecision.Conflict("idempotency_conflict", "id", $"\"{id}\" stands for another command");
        if (changes.Length >= Limits.SubscriptionChangesMax)
            return ChangeDecision.Conflict("too_many_changes", "id", $"a subscription takes at most {Limits.SubscriptionChangesMax} commands: end it and start another");
        var change = asked with
        {
            Id = asked.Id ?? $"change-{changes.Length + 1}",
            At = asked.At ?? now,
            RecordedAt = now,
            Reason = asked.Reason ?? (asked.Action == SubscriptionActions.Suspend ? Pauses[0] : null),
            Agreement = IsOfLeg(asked) ? asked.Agreement ?? (sellable.Count == 1 ? sellable[0] : null) : null,
        };
        return Refusal(subscription, change, sellable, now) ?? new ChangeDecision(subscription with { Changes = [.. changes, change] }, null, errors);
    }

    private static FieldErrors Check(SubscriptionChange asked)
    {
        var errors = new FieldErrors();
        errors.OneOf("action", asked.Action, SubscriptionActions.All);
        if (asked.Id is { } id) errors.Id("id", id);
        if (asked.Reason is { } reason && asked.Action == SubscriptionActions.Suspend) errors.OneOf("reason", reason, Pauses);
        else if (asked.Reason is { } text) errors.Text("reason", text);
        var plan = asked.Action == SubscriptionActions.ChangePlan;
        if (plan && asked.Plan is null) errors.Add("plan", "is needed: which plan from then on?");
        if (!plan && asked.Plan is not null) errors.Add("plan", "belongs to change_plan");
        if (!IsOfLeg(asked) && asked.Agreement is not null) errors.Add("agreement", "belongs to change_plan");
        Prepayments.Check(asked, errors);
        if (asked.Plan is { } named) errors.Id("plan", named);
        if (asked.Agreement is { } agreement) errors.Id("agreement", agreement);
        return errors;
    }

    private static bool IsOfLeg(SubscriptionChange asked) => asked.Action is SubscriptionActions.ChangePlan or SubscriptionActions.Prepay;

    // What was left out was filled in then.
    private static bool Same(SubscriptionChange known, SubscriptionChange asked, Subscription subscription) => known == asked with
    {
        At = asked.At ?? known.At,
        RecordedAt = known.RecordedAt,
        Reason = asked.Reason ?? (asked.Action == SubscriptionActions.Suspend ? Pauses[0] : null),
        Agreement = asked.Agreement ?? (subscription.Legs.Length == 1 || asked.Action == known.Action ? known.Agreement : null),
        Charge = asked.Charge ?? known.Charge,
        Prepaid = known.Prepaid,
    };

    private static ChangeDecision? Refusal(Subscription subscription, SubscriptionChange change, IReadOnlyList<string> sellable, Instant now)
    {
        var at = change.At!.Value;
        if (change.Action == SubscriptionActions.Prepay)
            return Prepayments.Refusal(subscription, change);
        // Without money it never begins.
        if (at < subscription.StartsAt || (at == subscription.StartsAt && change.Reason != ServicePause.NoFunds))
            return ChangeDecision.Wrong("at", "must be after starts_at");
        if (at < now - Limits.LatenessWindow)
            return ChangeDecision.Wrong("at", $"must not lie more than {Limits.LatenessWindow.Days} days back");
        if (at >= ServiceLife.EndOf(subscription))
            return ChangeDecision.Conflict("subscription_not_active", "at", $"service ends at {ServiceLife.EndOf(subscription)}");
        var last = (subscription.Changes ?? []).Where(one => one.Action is not (SubscriptionActions.Cancel or SubscriptionActions.Prepay))
            .Max(one => one.At);
        if (change.Action == SubscriptionActions.Cancel)
            return null;
        if (at < last)
            return ChangeDecision.Conflict("change_out_of_order", "at", $"another command takes effect at {last}: commands come in order of their time");
        var paused = ServiceLife.PausesOf(subscription).Any(pause => pause.Until is null);
        return change.Action switch
        {
            SubscriptionActions.Suspend when paused => ChangeDecision.Conflict("subscription_not_active", "at", "it is suspended already"),
            SubscriptionActions.Resume when !paused => ChangeDecision.Conflict("subscription_not_suspended", "at", "it is not suspended"),
            SubscriptionActions.ChangePlan => Plan(subscription, change, sellable),
            _ => null,
        };
    }

    private static ChangeDecision? Plan(Subscription subscription, SubscriptionChange change, IReadOnlyList<string> sellable)
    {
        if (change.Agreement is not { } agreement || !sellable.Contains(agreement))
            return ChangeDecision.Wrong("agreement", change.Agreement is null ? "is needed: which leg of the subscription?"
                : $"\"{change.Agreement}\" is no agreement of this subscription in which you sell");
        var plans = ServiceLife.PlansOf(subscription, subscription.Legs.First(leg => leg.Agreement == agreement));
        if (Prepayments.RunsOn(subscription, agreement, change.At!.Value) is { } until)
            return ChangeDecision.Conflict("prepaid", "at", $"the fee of \"{agreement}\" is prepaid until {until:uuuu-MM-dd}: change the plan after that");
        return plans[^1].Plan == change.Plan ? ChangeDecision.Conflict("conflict", "plan", $"\"{change.Plan}\" is the plan of that leg already") : null;
    }
}
