// Authorizes and captures on hot wallets: every refusal is followed by a payment that lets a few more through.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Client;

/// <summary>Microseconds of authorizations (from when they were due) and of captures; refusals are answers too, and timed.</summary>
sealed class HoldTimes
{
    public List<int> Authorized { get; } = [];
    /// <summary>Those of them that were not refused: a wallet asks for what it has lent before it refuses.</summary>
    public List<int> Granted { get; } = [];
    public List<int> Captured { get; } = [];
    public int Refused { get; set; }
}

sealed class HoldSender(LoadTarget target, HotWallets hot, SentLog log, HoldTimes times, ulong seed)
{
    // About six average authorizations.
    const string Payment = "1";
    Prng random = new(seed);

    /// <summary>In a closed loop, or when a request is due every so often, the first one after a while.</summary>
    public async Task Run(Pacer pacer, TimeSpan span, TimeSpan? every, TimeSpan? first, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(target.Port, cancel);
        var began = Stopwatch.GetTimestamp();
        for (var number = 0L; ; number++)
        {
            var due = every is { } pause ? (first ?? default) + (pause * number) : Stopwatch.GetElapsedTime(began);
            await pacer.Until(began + (long)(due.TotalSeconds * Stopwatch.Frequency));
            cancel.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(began) >= span)
                return;
            await One(connection, began, due, cancel);
        }
    }

    async Task One(RawConnection connection, long began, TimeSpan due, CancellationToken cancel)
    {
        var one = Next();
        var id = Id(one);
        var holds = $"/v1/subscriptions/s-{one.Subscription:000000}/holds";
        var place = $$$"""{"id":"{{{id}}}","meter":"sms.mt.segment","quantity":"{{{one.Quantity}}}","dimensions":{"country":"{{{Prices.Countries[one.Country]}}}"}}""";
        var answer = await connection.Send(ApiRequest.Bytes(target.Key, "POST", holds, place), cancel);
        var took = (int)(Stopwatch.GetElapsedTime(began) - due).TotalMicroseconds;
        times.Authorized.Add(took);
        if (answer.Status == 409)
        {
            times.Refused++;
            await Post(connection, $"/v1/wallets/{hot.WalletOf(one.Subscription)}/top_up", $$"""{"amount":"{{Payment}}","reference":"{{id}}"}""", cancel);
            return;
        }

        Expect(answer, holds);
        times.Granted.Add(took);
        var asked = Stopwatch.GetTimestamp();
        one.TimeMillis = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var used = DateTimeOffset.FromUnixTimeMilliseconds(one.TimeMillis).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await Post(connection, $"{holds}/{id}/capture", $$"""{"quantity":"{{one.Quantity}}","used_at":"{{used}}"}""", cancel);
        times.Captured.Add((int)Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
        one.Verdict = Verdict.Accepted;
        log.Add([one]);
    }

    SentEvent Next() => new()
    {
        IdHigh = (random.Next() & ~0xF000UL) | 0x4000,
        IdLow = (random.Next() & ~(3UL << 62)) | (2UL << 62),
        Subscription = hot.First + random.Below(HotWallets.Subscriptions),
        Quantity = (byte)(1 + random.Below(4)),
        Country = (byte)random.Below(Prices.Countries.Length),
    };

    static string Id(in SentEvent one)
    {
        Span<byte> text = stackalloc byte[36];
        EventTemplate.WriteId(text, one.IdHigh, one.IdLow);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    async Task Post(RawConnection connection, string path, string body, CancellationToken cancel) =>
        Expect(await connection.Send(ApiRequest.Bytes(target.Key, "POST", path, body), cancel), path);

    static void Expect(RawAnswer answer, string path)
    {
        if (answer.Status != 200)
            throw new InvalidOperationException($"{path} was answered with {answer}");
    }
}
