// Live usage as server-sent events: the figure at once, then whenever it has changed.
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Alerts;
using OrleansBilling.ClientApi.Notifications;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Bounded streams per key. Each asks as a reader would, so a stream says what <c>GET …/usage</c> says.</summary>
public sealed class UsageStreams(UsageReader reader, KeyRing keys, IHostApplicationLifetime host, TimeProvider time, AlertBoard alerts, IPartyTree tree)
{
    private readonly ConcurrentDictionary<string, int> open = new();

    /// <summary>False: the key has as many streams as it may. Else <see cref="Leave"/> when it ends.</summary>
    public bool TryEnter(ApiCaller caller)
    {
        if (open.AddOrUpdate(caller.KeyId, 1, (_, count) => count + 1) <= Limits.StreamsPerKey)
            return true;
        Leave(caller);
        return false;
    }

    /// <summary>A stream has ended.</summary>
    public void Leave(ApiCaller caller)
    {
        if (open.AddOrUpdate(caller.KeyId, 0, (_, count) => count - 1) <= 0)
            open.TryRemove(new(caller.KeyId, 0));
    }

    /// <summary>Writes until the client goes, the server stops, the key is revoked or the figure cannot be read.</summary>
    public async Task Write(HttpContext context, UsageQuestion question, UsageView first)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        var caller = context.Caller();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await Follow(context, caller, question, first, ending.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SubscriptionUnavailableException or StorageException or TimeoutException
            or OrleansException)
        {
            // The client connects again and begins with the whole figure.
            await context.Response.Body.FlushAsync(CancellationToken.None);
        }
    }

    private async Task Follow(HttpContext context, ApiCaller caller, UsageQuestion question, UsageView view, CancellationToken cancel)
    {
        var alertsAt = alerts.Newest;
        var told = await Tell(context, view, cancel);
        var toldAt = time.GetTimestamp();
        while (true)
        {
            var began = time.GetTimestamp();
            if (await keys.Authenticate(context.Request.Headers.Authorization, cancel) != caller || await reader.Read(caller, question, cancel) is not { } now)
                return;
            if (!told.AsSpan().SequenceEqual(Figures(now)))
            {
                told = await Tell(context, now, cancel);
                toldAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(toldAt) >= Limits.StreamHeartbeat)
            {
                await context.Response.Body.WriteAsync(": still here\n\n"u8.ToArray(), cancel);
                await context.Response.Body.FlushAsync(cancel);
                toldAt = time.GetTimestamp();
            }

            foreach (var alert in alerts.Since(ref alertsAt, question.Kind, question.Id))
            {
                if (await tree.SeesParty(caller, alert.Party, cancel))
                    await Tell(context, alert, cancel);
            }

            // What takes long to read is read the less often.
            var pause = time.GetElapsedTime(began) * Limits.StreamPause;
            await Task.Delay(pause > Limits.StreamMin ? pause : Limits.StreamMin, time, cancel);
        }
    }

    private static async Task<byte[]> Tell(HttpContext context, UsageView view, CancellationToken cancel)
    {
        var json = JsonSerializer.Serialize(view, BillingJson.Options);
        await context.Response.WriteAsync($"id: {InstantPattern.ExtendedIso.Format(view.AsOf)}\nevent: usage\ndata: {json}\n\n", cancel);
        await context.Response.Body.FlushAsync(cancel);
        return Figures(view);
    }

    // No id: a stream goes on from a figure, and what was told stands among the notifications.
    private static async Task Tell(HttpContext context, NotificationView alert, CancellationToken cancel)
    {
        await context.Response.WriteAsync($"event: alert\ndata: {JsonSerializer.Serialize(alert, BillingJson.Options)}\n\n", cancel);
        await context.Response.Body.FlushAsync(cancel);
    }

    // As of when is no change: it moves on while nothing happens.
    private static byte[] Figures(UsageView view) => JsonSerializer.SerializeToUtf8Bytes(view.Meters, BillingJson.Options);
}
