// Webhooks and what they were sent, as asked and answered.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Notifications;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>A receiver of notifications.</summary>
public sealed record WebhookRequest
{
    /// <summary>Where they are sent by POST: https, at a public address.</summary>
    public required string Url { get; init; }
    /// <summary>What is told to this party and those below it; left out: of a party's key its own, of the operator's everything.</summary>
    public string? Party { get; init; }
    /// <summary>Kinds of notifications, at most 20; none: all.</summary>
    public string[] Kinds { get; init; } = [];
    /// <summary>What signs them: <c>whsec_</c> and 24 to 64 bytes in base64; left out: one is made, and told once.</summary>
    public string? Secret { get; init; }
    /// <summary>Nothing is sent, and nothing that is told meanwhile will be.</summary>
    public bool Disabled { get; init; }

    /// <summary>What is wrong with it, but for the party.</summary>
    public FieldErrors Check(WebhookHosts hosts)
    {
        var errors = new FieldErrors();
        errors.Text("url", Url, Limits.WebhookUrlMax);
        if (errors.IsEmpty && WebhookAddress.Fault(Url, hosts) is { } fault) errors.Add("url", fault);
        if (Kinds.Length > Limits.WebhookKindsMax) errors.Add("kinds", $"must be at most {Limits.WebhookKindsMax}");
        for (var i = 0; i < Kinds.Length && i < Limits.WebhookKindsMax; i++)
            if (!FieldChecks.IsId(Kinds[i])) errors.Add($"kinds[{i}]", "must be a kind of notification");
        if (Secret is not null && !WebhookSecret.TryRead(Secret, out _)) errors.Add("secret", "must be whsec_ and 24 to 64 bytes in base64");
        return errors;
    }
}

/// <summary>A receiver as it stands.</summary>
/// <param name="Id">Id chosen by the caller.</param>
/// <param name="Url">Where notifications are sent.</param>
/// <param name="Party">Whose; null: everything.</param>
/// <param name="Kinds">Which; none: all.</param>
/// <param name="Disabled">Nothing is sent: its owner said so, or it answered 410.</param>
/// <param name="Secret">What signs them, when it was just made or given first; never again.</param>
public sealed record WebhookView(string Id, string Url, string? Party, IReadOnlyList<string> Kinds, bool Disabled, string? Secret = null)
{
    /// <summary>As stored, without its secret.</summary>
    public static WebhookView Of(WebhookRow row) => new(row.Id, row.Url, row.Party, row.Kinds, row.IsDisabled);
}

/// <summary>A notification on its way to a receiver.</summary>
/// <param name="MessageId">The header webhook-id of every attempt.</param>
/// <param name="Notification">The notification.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Status">pending, delivered, or failed: given up.</param>
/// <param name="Attempts">So far.</param>
/// <param name="NextAt">Of a pending one: not before.</param>
/// <param name="Answer">Of the last attempt: a status code, or why there was none.</param>
/// <param name="DoneAt">When it was taken or given up.</param>
public sealed record WebhookDeliveryView(string MessageId, string Notification, string Kind, string Status, int Attempts, Instant? NextAt, string? Answer,
    Instant? DoneAt)
{
    /// <summary>As stored.</summary>
    public static WebhookDeliveryView Of(WebhookDelivery sent) => new(WebhookDelivering.IdOf(sent.Told), sent.Told.Key, sent.Told.Kind, sent.Status,
        sent.Attempts, sent.Status == "pending" ? sent.NextAt : null, sent.Answer, sent.DoneAt);
}
