// A Redis of one's own for baseline B3: temporary folder, free port, every write flushed to disk before it is answered.
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Net;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.TestSupport;

namespace OrleansBilling.LoadTests.Servers;

sealed class BenchRedis : IAsyncDisposable
{
    // No snapshots and no rewriting of the log beside the load: in the baseline's favour.
    static readonly string[] Settings = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0"];
    readonly Process process;
    readonly string folder;

    BenchRedis(Process process, string folder, int port)
    {
        (this.process, this.folder, Port) = (process, folder, port);
        AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
    }

    public int Port { get; }

    public static async Task<BenchRedis> Start(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("billing-redis-").FullName;
        var port = FreePort.Next();
        string[] arguments = ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, .. Settings];
        var start = new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        BenchRedis redis;
        try
        {
            redis = new BenchRedis(Process.Start(start)!, folder, port);
        }
        catch (Win32Exception)
        {
            Directory.Delete(folder);
            throw new InvalidOperationException("Baseline B3 needs Redis 7. Install it (Debian: sudo apt-get install redis-server), or leave B3 out with --only.");
        }

        _ = redis.process.StandardOutput.ReadToEndAsync(cancel);
        _ = redis.process.StandardError.ReadToEndAsync(cancel);
        await redis.WaitUntilReady(cancel);
        return redis;
    }

    /// <summary>Before every round: what an earlier one has left is gone.</summary>
    public async Task Empty(CancellationToken cancel)
    {
        using var connection = await RedisConnection.Open(Port, cancel);
        await connection.Ask(["FLUSHALL"], cancel);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
        End();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task WaitUntilReady(CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var connection = await RedisConnection.Open(Port, cancel);
                if (await connection.Ask(["PING"], cancel) == "+PONG")
                    return;
            }
            catch (SocketException) when (attempt < 200 && !process.HasExited)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), cancel);
        }
    }

    void EndWithProcess(object? sender, EventArgs e)
    {
        End();
        process.WaitForExit(TimeSpan.FromSeconds(10));
        Directory.Delete(folder, recursive: true);
    }

    // Nobody needs the data again.
    void End()
    {
        if (!process.HasExited)
            process.Kill();
    }
}
