// Looks whether the usage that an alert is about has reached its thresholds, and tells those that it has.
using System.Globalization;
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Alerts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>
/// Asks as a reader would, so an alert says what <c>GET …/usage</c> says, and nothing is done on the way of an event. The key of what is told names
/// alert, period and threshold: whoever looks, and however often, it is told once.
/// </summary>
public sealed class AlertEvaluator(UsageReader reader, IDefinitionStore definitions, INotificationStore notifications, AlertBoard board, BillingClock clock)
{
    private static readonly ApiCaller Everybody = new("usage-alerts", null, Scopes.Admin);
    private readonly Instant began = clock.Now;
    private readonly BoundedCache<string, string> told = new(Limits.TreeCacheMax);

    /// <summary>Looks at one alert. Exactly: every subscription is asked.</summary>
    public async Task Evaluate(UsageAlertRow row, bool exactly, CancellationToken cancel)
    {
        var alert = Billing.Json.Definitions.Stored<UsageAlert>(row.Body);
        if (await definitions.Get(DefinitionKinds.Agreement, alert.Agreement, cancel) is not { } stored)
            return;
        var agreement = Billing.Json.Definitions.Stored<Agreement>(stored.Body);
        if (await definitions.Get(DefinitionKinds.Calendar, agreement.Calendar, cancel) is not { } calendar)
            return;
        var period = new BillingCalendar(Billing.Json.Definitions.Stored<Billing.Catalogue.Calendar>(calendar.Body)).PeriodAt(clock.Now).Label;
        var open = alert.Thresholds.Where(threshold => !told.TryGet(Key(row.Id, period, threshold), out _)).ToList();
        if (open.Count == 0)
            return;
        var isPartner = alert.Party is { } party && await definitions.Get(DefinitionKinds.Partner, party, cancel) is not null;
        var (kind, id) = alert.Subject(isPartner);
        if (await reader.Read(Everybody, new UsageQuestion(kind, id, period, Exact: exactly, ByCharge: true), cancel) is not { } usage)
            return;
        var (figure, currency) = FigureOf(alert, usage);
        foreach (var threshold in UsageAlertRules.Reached(alert, figure).Where(open.Contains))
            await Tell(row, alert, (kind, id), period, threshold, figure, currency, cancel);
    }

    private async Task Tell(UsageAlertRow row, UsageAlert alert, (string Kind, string Id) subject, string period, decimal threshold, decimal figure,
        string? currency, CancellationToken cancel)
    {
        var key = Key(row.Id, period, threshold);
        var body = JsonSerializer.Serialize(new
        {
            Alert = row.Id, alert.Party, alert.Subscription, alert.Agreement, alert.Meter, alert.Metric, Period = period,
            Threshold = AmountText.Exact(threshold), Value = AmountText.Exact(figure), Currency = currency,
        }, BillingJson.Options);
        await notifications.Add([new NewNotification(key, clock.Now, "usage_threshold", row.Party, body)], cancel);
        // What another process told first stands.
        if (await notifications.Get(key, cancel) is { } stands && !told.TryGet(key, out _))
        {
            told.Set(key, key);
            // What was told before this process began is no news.
            if (stands.At >= began) board.Tell(subject.Kind, subject.Id, NotificationView.Of(stands));
        }
    }

    // The answer's exact figures, added up over the charges of the agreement's leg.
    private static (decimal Figure, string? Currency) FigureOf(UsageAlert alert, UsageView usage)
    {
        var charges = usage.Meters.Where(meter => alert.Meter is null || meter.Meter == alert.Meter)
            .SelectMany(meter => meter.Legs).Where(leg => leg.Agreement == alert.Agreement).SelectMany(leg => leg.Charges ?? []).ToList();
        return alert.Metric == "amount"
            ? (charges.Sum(charge => Number(charge.Amount.Amount)), charges.FirstOrDefault()?.Amount.Currency)
            : (charges.Sum(charge => Number(charge.Quantity)), null);
    }

    private static decimal Number(string exact) => decimal.Parse(exact, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static string Key(string alert, string period, decimal threshold) => $"usage_alert/{alert}/{period}/{AmountText.Exact(threshold)}";
}
