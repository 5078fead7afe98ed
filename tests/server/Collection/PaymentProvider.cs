// A payment provider as it is outside: an HTTP service with cards, books and bad days of its own, which knows nothing of billing.
using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansBilling.Server.Tests.Collection;

/// <summary>What somebody wants to be charged.</summary>
public sealed record ChargeOrder(string Card, decimal Amount, string Currency, string Text);

/// <summary>A charge in the provider's books: <c>succeeded</c>, <c>declined</c> with a reason, <c>pending</c> or <c>charged_back</c>. One for each idempotency key.</summary>
public sealed record BookedCharge(string Key, ChargeOrder Order, string Status, string? Reason = null);

/// <summary>How a charge went, as the provider tells it and answers it.</summary>
public sealed record ChargeAnswer(string Key, string Status, string? Reason = null);

/// <summary>What goes wrong with one call. Whatever it is, the charge itself is made, once.</summary>
public enum BadDay
{
    /// <summary>The connection is cut when the charge is made.</summary>
    LosesItsAnswer,
    /// <summary>It answers when its caller has given up.</summary>
    AnswersTooLate,
    /// <summary>It answers that it will tell later, and does so when <see cref="PaymentProvider.Settle"/> is called.</summary>
    TellsLater,
    /// <summary>It answers, and tells it twice besides.</summary>
    TellsTwice,
}

/// <summary>
/// <c>POST /charges</c> with an <c>Idempotency-Key</c>: 200 succeeded, 402 declined, 202 to be told later, 409 another body under a key that is known, 404 no
/// such card. What it tells later goes to <paramref name="tell"/> until that takes it.
/// </summary>
public sealed class PaymentProvider(Func<Uri> tell) : HttpService
{
    readonly SemaphoreSlim counter = new(1, 1);
    readonly HttpClient http = new();
    readonly Dictionary<string, decimal> cards = [];
    readonly HashSet<string> blocked = [];
    readonly Dictionary<string, BookedCharge> books = [];
    readonly ConcurrentDictionary<string, Queue<BadDay>> badDays = new();

    /// <summary>Every charge, in no order.</summary>
    public IReadOnlyCollection<BookedCharge> Books => books.Values;

    /// <summary>How often it was asked, whatever became of it.</summary>
    public int Calls { get; private set; }

    /// <summary>Money that it has taken from cards, by idempotency key.</summary>
    public Dictionary<string, decimal> Taken => books.Values.Where(one => one.Status == "succeeded").ToDictionary(one => one.Key, one => one.Order.Amount);

    /// <summary>A card with money on it, or more of it.</summary>
    public void Fund(string card, decimal money) => cards[card] = cards.GetValueOrDefault(card) + money;

    /// <summary>The bank declines this card, whatever is on it.</summary>
    public void Block(string card)
    {
        Fund(card, 0);
        blocked.Add(card);
    }

    /// <summary>The next calls for a card, in this order; others go well.</summary>
    public void NextCalls(string card, params BadDay[] days) => badDays[card] = new(days);

    /// <summary>The card holder's bank takes a charge back; it is told twice, as such things are.</summary>
    public async Task ChargeBack(string key)
    {
        var charge = books[key];
        charge.Status.ShouldBe("succeeded");
        Fund(charge.Order.Card, charge.Order.Amount);
        books[key] = charge with { Status = "charged_back", Reason = "fraudulent" };
        for (var n = 0; n < 2; n++) await Tell(books[key]);
    }

    /// <summary>Makes what is pending, and tells it.</summary>
    public async Task Settle()
    {
        foreach (var pending in books.Values.Where(one => one.Status == "pending").ToList())
            await Tell(books[pending.Key] = Charge(pending.Key, pending.Order));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        http.Dispose();
        counter.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void Map(IEndpointRouteBuilder routes) => routes.MapPost("/charges", Take);

    async Task Take(HttpContext context)
    {
        var (key, order) = (context.Request.Headers["Idempotency-Key"].ToString(), (await context.Request.ReadFromJsonAsync<ChargeOrder>())!);
        BookedCharge? booked;
        BadDay? day = badDays.TryGetValue(order.Card, out var days) && days.TryDequeue(out var next) ? next : null;
        await counter.WaitAsync(context.RequestAborted);
        try
        {
            Calls++;
            if (!books.TryGetValue(key, out booked) && cards.ContainsKey(order.Card))
                books[key] = booked = day == BadDay.TellsLater ? new(key, order, "pending") : Charge(key, order);
        }
        finally
        {
            counter.Release();
        }

        if (day == BadDay.LosesItsAnswer) context.Abort();
        else if (day == BadDay.AnswersTooLate) await GivenUp(context);
        else await Answer(context, booked, order);
        if (day == BadDay.TellsTwice)
            for (var n = 0; n < 2; n++) await Tell(booked!);
    }

    BookedCharge Charge(string key, ChargeOrder order)
    {
        if (blocked.Contains(order.Card)) return new(key, order, "declined", "card_declined");
        if (cards[order.Card] < order.Amount) return new(key, order, "declined", "insufficient_funds");
        cards[order.Card] -= order.Amount;
        return new(key, order, "succeeded");
    }

    static Task Answer(HttpContext context, BookedCharge? booked, ChargeOrder order)
    {
        context.Response.StatusCode = booked switch
        {
            null => 404,
            _ when booked.Order != order => 409,
            { Status: "declined" } => 402,
            { Status: "pending" } => 202,
            _ => 200,
        };
        return booked is null || booked.Order != order ? Task.CompletedTask : context.Response.WriteAsJsonAsync(new ChargeAnswer(booked.Key, booked.Status, booked.Reason));
    }

    static async Task GivenUp(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var told = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    async Task Tell(BookedCharge booked)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(tell(), "/told"), new ChargeAnswer(booked.Key, booked.Status, booked.Reason));
        answer.EnsureSuccessStatusCode();
    }
}
