// Sends a webhook what it is to be told: in order, each again until it is taken or given up.
using System.Globalization;
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Notifications;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>
/// At least once: an attempt is claimed in the store before it is made, so that processes do not send the same at the same time; a process that dies in between
/// leaves a claim that ends. The message's id is always the same, the time and the signature are those of the attempt.
/// </summary>
public sealed class WebhookDelivering(IWebhookStore store, WebhookSender sender, BillingClock clock)
{
    private sealed record Told(string Type, Instant Timestamp, string Party, string Key, JsonElement Data);

    /// <summary>Sends what is due. Answers when to look again; null: nothing is left.</summary>
    public async Task<Instant?> GoOn(string webhook, CancellationToken cancel)
    {
        for (var sent = 0; sent < Limits.WebhookBatch; sent++)
        {
            if (await store.Head(webhook, cancel) is not { } message)
                return null;
            var (now, delivery) = (clock.Now, message.Delivery);
            if (delivery.NextAt > now)
                return delivery.NextAt;
            if (!await store.Claim(webhook, delivery.Told.Number, now, now + Limits.WebhookClaim, cancel))
                return delivery.ClaimedUntil ?? now;
            await End(message, await sender.Send(Signed(message, now), cancel), now, cancel);
        }

        return clock.Now;
    }

    private Task End(WebhookMessage message, ReceiverAnswer answer, Instant began, CancellationToken cancel)
    {
        var (webhook, delivery, now) = (message.Webhook.Id, message.Delivery, clock.Now);
        var next = answer.IsTaken ? null : WebhookRetry.Next(delivery.Attempts + 1, delivery.FirstAt ?? began, now);
        var done = answer.IsTaken ? "delivered" : next is null ? "failed" : null;
        return answer.IsGone ? Gone(webhook, delivery.Told.Number, answer.Words, next, done, now, cancel)
            : store.Record(webhook, delivery.Told.Number, answer.Words, next, done, now, cancel);
    }

    // A receiver that says it is gone is asked again when its owner puts it again.
    private async Task Gone(string webhook, long number, string words, Instant? next, string? done, Instant now, CancellationToken cancel)
    {
        await store.Record(webhook, number, words, next, done, now, cancel);
        await store.Disable(webhook, cancel);
    }

    private static SignedMessage Signed(WebhookMessage message, Instant now)
    {
        var told = message.Delivery.Told;
        var body = Definitions.Write(new Told(told.Kind, told.At, told.Party, told.Key, JsonSerializer.Deserialize<JsonElement>(told.Body)));
        var (id, at) = (IdOf(told), now.ToUnixTimeSeconds());
        _ = WebhookSecret.TryRead(message.Webhook.Secret!, out var secret);
        return new SignedMessage(message.Webhook.Url, id, at, WebhookSignature.Of(secret, id, at, body), body);
    }

    /// <summary>A message's id: the same for every attempt and every receiver.</summary>
    public static string IdOf(Notification told) => string.Create(CultureInfo.InvariantCulture, $"msg_{told.Number}");
}
