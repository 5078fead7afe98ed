// B3: the fast way without a database: Redis decides on an event by a script (seen before? money left?), and flushes before it answers.
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Baselines;

/// <summary>In the baseline's favour: one leg, a price of one unit, an 8-byte id, no record of the event but its id, and ids never expire.</summary>
sealed class RedisBaseline(Population population) : IAsyncDisposable
{
    public const int Clients = 64;
    const int Pipeline = 16;
    const int RepeatsPerMille = 10;

    // 1: taken; 0: seen before; 2: refused for money. An id that is refused may come again.
    const string Script = """
        if not redis.call('SET', KEYS[1], '', 'NX') then return 0 end
        if redis.call('DECRBY', KEYS[2], ARGV[1]) < -1000000000 then
            redis.call('INCRBY', KEYS[2], ARGV[1])
            redis.call('DEL', KEYS[1])
            return 2
        end
        return 1
        """;

    readonly SubscriptionSampler sampler = SubscriptionSampler.Zipf(1.0, population.Subscriptions, population.Subscriptions);
    BenchRedis? redis;
    string script = "";
    ulong seed = 9;

    public async Task Create(CancellationToken cancel) => redis = await BenchRedis.Start(cancel);

    /// <summary>Events per second.</summary>
    public async Task<double> Run(int clients, TimeSpan span, CancellationToken cancel)
    {
        await redis!.Empty(cancel);
        using (var first = await RedisConnection.Open(redis.Port, cancel))
            script = (await first.Ask(["SCRIPT", "LOAD", Script], cancel)).Split("\r\n")[^1];
        var began = Stopwatch.GetTimestamp();
        var events = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => Send(seed++, began, span, cancel), cancel)));
        return events.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        if (redis is not null)
            await redis.DisposeAsync();
    }

    async Task<long> Send(ulong ownSeed, long began, TimeSpan span, CancellationToken cancel)
    {
        using var connection = await RedisConnection.Open(redis!.Port, cancel);
        var random = new Prng(ownSeed * 1_000_003);
        var one = RedisConnection.Command("EVALSHA", script, "2", "e:0000000000000000", "b:000000", "1");
        var commands = Enumerable.Repeat(one, Pipeline).SelectMany(bytes => bytes).ToArray();
        var (idAt, balanceAt) = (one.AsSpan().IndexOf("e:0"u8) + 2, one.AsSpan().IndexOf("b:0"u8) + 2);
        var sent = 0L;
        for (; Stopwatch.GetElapsedTime(began) < span; sent += Pipeline)
        {
            for (var at = 0; at < commands.Length; at += one.Length)
                Fill(commands.AsSpan(at, one.Length), ref random, idAt, balanceAt);
            await connection.Send(commands, Pipeline, cancel);
        }

        return sent;
    }

    // A place that is left as it is repeats the event that stood there in the last request.
    void Fill(Span<byte> command, ref Prng random, int idAt, int balanceAt)
    {
        if (random.Below(1000) < RepeatsPerMille)
            return;
        Utf8Formatter.TryFormat(random.Next(), command[idAt..], out _, new StandardFormat('x', 16));
        Utf8Formatter.TryFormat(sampler.Next(ref random), command[balanceAt..], out _, new StandardFormat('D', 6));
    }
}
