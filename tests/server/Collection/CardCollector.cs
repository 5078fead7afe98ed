// An integrator between a seller's billing and its payment provider, as anybody would write it with the public API alone: it pulls what is to be charged.
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansBilling.Server.Tests.Collection;

/// <summary>
/// It keeps nothing: what is pending is asked for again and again, under the request's id as the provider's idempotency key, and what the provider says is told to
/// billing. So it may die, lose answers and hear things twice. A customer's card is known to the provider by the customer's id.
/// </summary>
/// <param name="billing">By the key of the seller.</param>
/// <param name="provider">Where the provider is.</param>
public sealed class CardCollector(Func<Api> billing, Func<Uri> provider) : HttpService
{
    const int PageSize = 2;
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>What billing did not want to hear.</summary>
    public List<Answer> Refused { get; } = [];

    /// <summary>Goes once through all that is pending; answers how many of them it could tell billing something about.</summary>
    public async Task<int> Round()
    {
        var told = 0;
        foreach (var request in await Pending())
        {
            if (await Charge(request) is not { Status: "succeeded" or "declined" } answer) continue;
            await Tell(answer);
            told++;
        }

        return told;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        http.Dispose();
        GC.SuppressFinalize(this);
    }

    // The provider tells something: taken when billing has taken it, or else told again.
    protected override void Map(IEndpointRouteBuilder routes) => routes.MapPost("/told", async (ChargeAnswer answer) => Results.StatusCode(await Tell(answer) ? 200 : 503));

    async Task<List<JsonElement>> Pending()
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = (await billing().Get($"/v1/charge_requests?status=pending&limit={PageSize}{cursor}")).Json;
            all.AddRange(page.List("data"));
            cursor = page.TryGetProperty("next_cursor", out var next) && next.ValueKind == JsonValueKind.String ? "&cursor=" + Uri.EscapeDataString(next.GetString()!) : "";
        }
        while (cursor.Length > 0);
        return all;
    }

    // Null: nobody knows whether it was charged, so it is asked for again.
    async Task<ChargeAnswer?> Charge(JsonElement request)
    {
        using var order = new HttpRequestMessage(HttpMethod.Post, new Uri(provider(), "/charges"))
        {
            Content = JsonContent.Create(new ChargeOrder(request.Text("party"), decimal.Parse(request.Amount(), CultureInfo.InvariantCulture),
                request.GetProperty("amount").Text("currency"), request.Text("statement_text"))),
        };
        order.Headers.Add("Idempotency-Key", request.Text("id"));
        try
        {
            using var answer = await http.SendAsync(order);
            return (int)answer.StatusCode is 200 or 202 or 402 ? await answer.Content.ReadFromJsonAsync<ChargeAnswer>() : null;
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    // What a bank has taken back is a payment that is reversed: once, under a name of its own.
    async Task<bool> Tell(ChargeAnswer answer)
    {
        var request = Uri.EscapeDataString(answer.Key);
        var taken = answer.Status == "charged_back"
            ? await billing().TryPost($"/v1/payments/{Uri.EscapeDataString("charge:")}{request}/reverse", new { reason = "charged back: " + answer.Reason }, "back-" + answer.Key)
            : await billing().TryPost($"/v1/charge_requests/{request}/result", new { result = answer.Status });
        if (taken.Status != 200) Refused.Add(taken);
        return taken.Status == 200;
    }
}
