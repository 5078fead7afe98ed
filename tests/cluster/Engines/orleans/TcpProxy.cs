// A line between a silo and PostgreSQL that can be cut: nothing comes through any more, and nobody is told.
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansBilling.Cluster.Tests;

/// <summary>What becomes of a commit on a connection that breaks with it: the client knows neither.</summary>
public enum Fate
{
    /// <summary>It reached PostgreSQL, and nobody hears so.</summary>
    AnswerLost,

    /// <summary>It never arrived.</summary>
    CommitLost,
}

/// <summary>Forwards bytes both ways. While cut, bytes are kept back and new connections hang, as behind a switch that is off.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    readonly CancellationTokenSource end = new();
    readonly TcpListener listener;
    readonly IPEndPoint target;
    readonly Task accepting;
    TaskCompletionSource open = Opened();
    Fate? fate;
    TaskCompletionSource fulfilled = new();

    /// <param name="address">Where it is reached.</param>
    /// <param name="connectionString">Of a PostgreSQL on the loop-back address.</param>
    public TcpProxy(IPAddress address, string connectionString)
    {
        var behind = new NpgsqlConnectionStringBuilder(connectionString);
        target = new IPEndPoint(IPAddress.Loopback, behind.Port);
        listener = new TcpListener(address, 0);
        listener.Start();
        (behind.Host, behind.Port) = ($"{address}", ((IPEndPoint)listener.LocalEndpoint).Port);
        ConnectionString = behind.ConnectionString;
        accepting = Accept();
    }

    /// <summary>Of the same database, through here.</summary>
    public string ConnectionString { get; }

    public void Cut() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal() => open.TrySetResult();

    /// <summary>The next connection on which a commit comes by ends there; returns when one has.</summary>
    public Task EndAtCommit(Fate how)
    {
        lock (listener)
        {
            (fate, fulfilled) = (how, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return fulfilled.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        Heal();
        await accepting;
        end.Dispose();
    }

    static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    async Task Accept()
    {
        var lines = new List<Task>();
        try
        {
            while (!end.IsCancellationRequested) lines.Add(Forward(await listener.AcceptSocketAsync(end.Token)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
        await Task.WhenAll(lines);
    }

    async Task Forward(Socket from)
    {
        using var near = from;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await open.Task.WaitAsync(end.Token);
            await far.ConnectAsync(target, end.Token);
            var line = new Line();
            await await Task.WhenAny(Ask(near, far, line), Answer(far, near, line));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone: the other one is closed with it.
        }
    }

    async Task Ask(Socket near, Socket far, Line line)
    {
        var bytes = new byte[64 * 1024];
        while (await Receive(near, bytes) is > 0 and var count)
        {
            if (IsCommit(bytes.AsSpan(0, count)) && TakeFate() is { } how)
            {
                if (how == Fate.CommitLost)
                {
                    fulfilled.SetResult();
                    return;
                }
                line.IsMute = true;
            }
            await Send(far, bytes.AsMemory(0, count));
        }
    }

    async Task Answer(Socket far, Socket near, Line line)
    {
        var bytes = new byte[64 * 1024];
        while (await Receive(far, bytes) is > 0 and var count)
        {
            if (line.IsMute)
            {
                fulfilled.SetResult();
                return;
            }
            await Send(near, bytes.AsMemory(0, count));
        }
    }

    async Task<int> Receive(Socket from, byte[] bytes)
    {
        var count = await from.ReceiveAsync(bytes, SocketFlags.None, end.Token);
        await open.Task.WaitAsync(end.Token);
        return count;
    }

    async Task Send(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, end.Token)..];
    }

    Fate? TakeFate()
    {
        lock (listener)
        {
            var taken = fate;
            fate = null;
            return taken;
        }
    }

    // What ends a COPY that commits by itself, or the command; both end the bytes that are sent at once.
    static bool IsCommit(ReadOnlySpan<byte> sent) => sent.EndsWith("c\0\0\0\u0004"u8) || sent.EndsWith("COMMIT\0"u8);

    // From now on its client hears nothing more.
    sealed class Line
    {
        public bool IsMute { get => mute; set => mute = value; }
        volatile bool mute;
    }
}
