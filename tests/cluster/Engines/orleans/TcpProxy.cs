// A line between a silo and PostgreSQL that can be cut: nothing comes through any more, and nobody is told.
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Cluster.Tests;

/// <summary>Forwards bytes both ways. While cut, bytes are kept back and new connections hang, as behind a switch that is off.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    readonly CancellationTokenSource end = new();
    readonly TcpListener listener;
    readonly IPEndPoint target;
    readonly Task accepting;
    TaskCompletionSource open = Opened();

    public TcpProxy(IPAddress address, int targetPort)
    {
        target = new IPEndPoint(IPAddress.Loopback, targetPort);
        listener = new TcpListener(address, 0);
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal() => open.TrySetResult();

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
            await await Task.WhenAny(Copy(near, far), Copy(far, near));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone: the other one is closed with it.
        }
    }

    async Task Copy(Socket from, Socket to)
    {
        var bytes = new byte[64 * 1024];
        while (await from.ReceiveAsync(bytes, SocketFlags.None, end.Token) is > 0 and var count)
        {
            await open.Task.WaitAsync(end.Token);
            for (var sent = 0; sent < count;) sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), SocketFlags.None, end.Token);
        }
    }
}
