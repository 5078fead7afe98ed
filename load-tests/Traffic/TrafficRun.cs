// Sends what falls due by the hour of the day, answers refusals with money, and says on one line how it goes.
using System.Diagnostics;
using System.Text.Json;

namespace OrleansBilling.LoadTests.Traffic;

/// <summary>What was answered since the beginning.</summary>
sealed class TrafficCounts
{
    public long Accepted;
    public long Duplicate;
    public long NoMoney;
    public long Refused;
    public long Payments;
    public override string ToString() => $"accepted {Accepted:N0}  duplicate {Duplicate:N0}  refused {Refused + NoMoney:N0} (wallet dry {NoMoney:N0})  top-ups {Payments:N0}";
}

sealed class TrafficRun(PlatformApi api, Platform platform, PlatformClock clock, ProgressLine line, TrafficOptions options)
{
    const int BatchMax = 500;
    const int BatchesAtATime = 4;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    readonly Messages messages = new(platform, options.Seed);
    readonly Dictionary<string, long> dry = [];
    readonly string run = $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds():x}";

    public TrafficCounts Counts { get; } = new();

    /// <summary>Goes on until it is cancelled, or for a time; <paramref name="between"/> is called in every tick, and traffic waits for it.</summary>
    public async Task Run(Func<Task> between, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var (last, clockAt) = (began, began);
        var due = 0.0;
        while (!cancel.IsCancellationRequested && (options.Span is not { } span || Stopwatch.GetElapsedTime(began) < span))
        {
            await between();
            var elapsed = Stopwatch.GetElapsedTime(last).TotalSeconds;
            last = Stopwatch.GetTimestamp();
            var rate = options.Rate * messages.Level(clock.Now, TimeProvider.System.GetUtcNow()) / 100.0;
            due += rate * Math.Min(elapsed, 5);
            var sending = Stopwatch.GetTimestamp();
            var count = (int)Math.Min(due, BatchMax * BatchesAtATime);
            due -= count;
            await Task.WhenAll(messages.Next(count, clock.Now).Chunk(BatchMax).Select(batch => Send(batch, cancel)));
            var answered = Stopwatch.GetElapsedTime(sending);
            await TopUp(cancel);
            if (clock.IsSandbox && Stopwatch.GetElapsedTime(clockAt) is { TotalSeconds: >= 1 } since)
            {
                clockAt = Stopwatch.GetTimestamp();
                await clock.Advance(clock.Now.AddSeconds(since.TotalSeconds * options.Speed), cancel);
            }

            var lag = due / Math.Max(rate, 1);
            line.Show($"{clock.Now:ddd d MMM HH:mm}  {rate,6:N0}/s  {Counts}  answer {answered.TotalMilliseconds:N0} ms, lag {lag:N1} s"
                + (messages.Burst is { } burst ? $"  campaign of {burst.Customer.Name}" : ""));
            if (Stopwatch.GetElapsedTime(last) is var used && used < Tick)
                await Task.Delay(Tick - used, cancel);
        }
    }

    async Task Send(Message[] batch, CancellationToken cancel)
    {
        var lines = string.Concat(batch.Select(message => message.Line));
        JsonElement? answer;
        while ((answer = await api.Events(lines, cancel)) is null)
            await Task.Delay(Tick, cancel);
        Interlocked.Add(ref Counts.Accepted, answer.Value.GetProperty("accepted").GetInt64());
        Interlocked.Add(ref Counts.Duplicate, answer.Value.GetProperty("duplicate").GetInt64());
        Dictionary<string, Message>? byId = null;
        foreach (var one in answer.Value.GetProperty("results").EnumerateArray().Where(one => one.GetProperty("status").GetString() == "rejected"))
        {
            if (one.GetProperty("code").GetString() != "insufficient_funds")
            {
                Interlocked.Increment(ref Counts.Refused);
                continue;
            }

            Interlocked.Increment(ref Counts.NoMoney);
            byId ??= batch.DistinctBy(message => message.Id).ToDictionary(message => message.Id);
            if (byId[one.GetProperty("id").GetString()!].Sender.Wallet is { } wallet)
            {
                lock (dry)
                    dry.TryAdd(wallet, Stopwatch.GetTimestamp());
            }
        }
    }

    // A customer that ran dry pays again a while later.
    async Task TopUp(CancellationToken cancel)
    {
        foreach (var (wallet, since) in dry.Where(one => Stopwatch.GetElapsedTime(one.Value).TotalSeconds > 15 + (one.Key.Length % 10 * 4)).ToList())
        {
            dry.Remove(wallet);
            await api.Post($"/v1/wallets/{wallet}/top_up", new { amount = $"{10 + (wallet.Length % 4 * 10)}", reference = $"{run}-{since:x}" }, cancel);
            Counts.Payments++;
        }
    }
}
