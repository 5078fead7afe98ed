// One request to a receiver outside: to an address that was looked at, followed nowhere, with an end.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Notifications;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>A signed message.</summary>
public sealed record SignedMessage(string Url, string Id, long Timestamp, string Signature, string Body);

/// <summary>How a receiver answered.</summary>
/// <param name="Status">Its status code; null: it gave none.</param>
/// <param name="Words">The code, or why there was none.</param>
public sealed record ReceiverAnswer(int? Status, string Words)
{
    /// <summary>It has the message.</summary>
    public bool IsTaken => Status is >= 200 and < 300;

    /// <summary>It wants no more of them.</summary>
    public bool IsGone => Status == 410;
}

/// <summary>
/// A name is resolved here and the connection made to the address that was looked at, so that no second look-up can lead elsewhere. No proxy, no redirects,
/// no cookies.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private readonly HttpClient http;
    private readonly WebhookHosts hosts;

    /// <summary>Hosts that may lie inside.</summary>
    public WebhookSender(WebhookHosts hosts)
    {
        this.hosts = hosts;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxConnectionsPerServer = Limits.WebhooksAtOnce, ConnectCallback = Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), MaxResponseHeadersLength = Limits.WebhookAnswerMax / 1024,
        };
        http = new HttpClient(handler) { Timeout = Limits.WebhookTimeout, MaxResponseContentBufferSize = Limits.WebhookAnswerMax };
    }

    /// <summary>Sends; whatever goes wrong is an answer.</summary>
    public async Task<ReceiverAnswer> Send(SignedMessage message, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, message.Url);
        request.Content = new StringContent(message.Body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, message.Id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, message.Timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, message.Signature);
        try
        {
            // What stands in the body does not matter, so it is not waited for.
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var status = (int)answer.StatusCode;
            return new ReceiverAnswer(status, status.ToString(CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException fault)
        {
            return new ReceiverAnswer(null, fault.InnerException is InsideAddressException ? "its address is not public" : $"no answer: {fault.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ReceiverAnswer(null, "no answer in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancel);
        // One private address among public ones is one too many.
        if (!hosts.Allows(host) && (addresses.Length == 0 || !addresses.All(WebhookAddress.IsPublic)))
            throw new InsideAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class InsideAddressException() : IOException("The address lies inside.");
}
