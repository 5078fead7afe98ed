// Reads the usage of a partner in a closed loop, and what it saw: how long a read took, and how old the figure was.
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Live;

/// <summary>One read. Times are timestamps of this process; AsOfAge is by the wall clock, which client and server share.</summary>
readonly record struct LiveRead(long SentAt, double Ms, long Events, double AsOfAgeMs);

static class LiveReads
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Reads until it is told to stop.</summary>
    public static async Task<List<LiveRead>> Run(LoadTarget target, string path, Func<bool> goOn, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(target.Port, cancel);
        var reads = new List<LiveRead>();
        while (goOn())
        {
            reads.Add(await Read(connection, target.Key, path, cancel));
            await Task.Delay(Pause, cancel);
        }

        return reads;
    }

    /// <summary>One read.</summary>
    public static async Task<LiveRead> Read(RawConnection connection, string key, string path, CancellationToken cancel)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n\r\n");
        var began = Stopwatch.GetTimestamp();
        var answer = await connection.Send(request, cancel);
        var took = Stopwatch.GetElapsedTime(began);
        if (answer.Status != 200)
            throw new InvalidOperationException($"{path} was answered with {answer}");
        using var json = JsonDocument.Parse(answer.Body);
        var asOf = json.RootElement.GetProperty("as_of").GetDateTimeOffset();
        var events = json.RootElement.GetProperty("meters").EnumerateArray().Sum(meter => meter.GetProperty("events").GetInt64());
        return new LiveRead(began, took.TotalMilliseconds, events, (TimeProvider.System.GetUtcNow() - asOf).TotalMilliseconds);
    }
}
