// What makes a dunning policy acceptable.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Dunning;

/// <summary>All faults at once.</summary>
public static class DunningRules
{
    private const int DaysMax = 365;
    private const int PercentMax = 1000;

    /// <summary>A policy.</summary>
    public static FieldErrors Check(DunningPolicy policy)
    {
        var errors = new FieldErrors();
        if (policy.Steps.Length is < 1 or > Limits.DunningStepsMax) errors.Add("steps", $"must be 1 to {Limits.DunningStepsMax}");
        for (var i = 0; i < policy.Steps.Length && i < Limits.DunningStepsMax; i++)
        {
            var (step, field) = (policy.Steps[i], $"steps[{i}]");
            errors.OneOf($"{field}.trigger", step.Trigger, DunningTriggers.All);
            errors.Range($"{field}.days", step.Days, -DaysMax, DaysMax);
            CheckTrigger(step, field, errors);
            errors.OneOf($"{field}.action", step.Action, DunningActions.All);
            if (step.Text is { } text) errors.Text($"{field}.text", text);
            CheckAmount(step, field, errors);
            if (DunningTriggers.IsDated(step) && !DunningActions.IsMessage(step.Action) && step.Days < (step.Trigger == "due" ? 1 : 0))
                errors.Add($"{field}.days", "must lie behind the due date: nobody loses anything before");
            if (policy.Steps.Take(i).Any(other => other.Key == step.Key))
                errors.Add(field, $"is the same as an earlier step: {step.Key}");
        }

        return errors;
    }

    /// <summary>What late payment costs.</summary>
    public static void Check(LateInterest late, string field, FieldErrors errors)
    {
        errors.Number($"{field}.rate", late.Rate);
        if (late.Rate > 100) errors.Add($"{field}.rate", "must be at most 100");
        errors.Number($"{field}.compensation", late.Compensation);
    }

    // An amount makes it due, or days do.
    private static void CheckTrigger(DunningStep step, string field, FieldErrors errors)
    {
        if (step.Trigger == DunningTriggers.Overdue && step.Above is null) errors.Add($"{field}.above", "is required: how much must be overdue?");
        else if (step.Trigger == DunningTriggers.Overdue) errors.Number($"{field}.above", step.Above!.Value);
        else if (step.Above is not null) errors.Add($"{field}.above", "belongs to the trigger overdue");
        if (step.Trigger == DunningTriggers.Balance)
        {
            if (step.Below is null == step.BelowPercent is null) errors.Add($"{field}.below", "is required, or below_percent: one of them");
            if (step.Below is { } below) errors.Number($"{field}.below", Math.Abs(below));
            if (step.BelowPercent is { } percent) errors.Range($"{field}.below_percent", percent, -PercentMax, PercentMax);
        }
        else
        {
            if (step.Below is not null) errors.Add($"{field}.below", "belongs to the trigger balance");
            if (step.BelowPercent is not null) errors.Add($"{field}.below_percent", "belongs to the trigger balance");
        }

        if (DunningTriggers.IsDated(step)) return;
        if (step.Days != 0) errors.Add($"{field}.days", "belongs to triggers that are days");
        if (DunningActions.IsOfDocument(step.Action)) errors.Add($"{field}.action", "is about one document: its trigger must be a day");
    }

    private static void CheckAmount(DunningStep step, string field, FieldErrors errors)
    {
        if (step.Action != "late_fee")
        {
            if (step.Amount is not null) errors.Add($"{field}.amount", "belongs to a late_fee");
            return;
        }

        if (step.Amount is not { } amount) errors.Add($"{field}.amount", "is required: what does being late cost?");
        else if (amount == 0) errors.Add($"{field}.amount", "must be above 0");
        else errors.Number($"{field}.amount", amount);
    }
}
