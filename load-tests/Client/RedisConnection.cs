// One connection to Redis on a bare socket: commands go out in one piece, answers are counted by their lines.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansBilling.LoadTests.Client;

sealed class RedisConnection : IDisposable
{
    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] buffer = new byte[16 * 1024];

    public static async Task<RedisConnection> Open(int port, CancellationToken cancel)
    {
        var opened = new RedisConnection();
        try
        {
            await opened.socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public static byte[] Command(params string[] words) =>
        Encoding.ASCII.GetBytes($"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n")));

    /// <summary>One command with a short answer: the answer as it came, without its end.</summary>
    public async Task<string> Ask(string[] words, CancellationToken cancel)
    {
        await Write(Command(words), cancel);
        var got = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
        return Encoding.ASCII.GetString(buffer, 0, got).TrimEnd();
    }

    /// <summary>Many commands at once; each must be answered with one line that is not an error.</summary>
    public async Task Send(ReadOnlyMemory<byte> commands, int answers, CancellationToken cancel)
    {
        await Write(commands, cancel);
        while (answers > 0)
        {
            var got = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel);
            if (got == 0)
                throw new IOException("Redis closed the connection.");
            var lines = buffer.AsSpan(0, got);
            if (lines.Contains((byte)'-'))
                throw new InvalidOperationException($"Redis answered {Encoding.ASCII.GetString(lines)}");
            answers -= lines.Count((byte)'\n');
        }
    }

    public void Dispose() => socket.Dispose();

    async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes[sent..], SocketFlags.None, cancel);
    }
}
