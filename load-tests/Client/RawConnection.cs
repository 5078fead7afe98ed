// One keep-alive HTTP/1.1 connection on a bare socket: the client must cost little, it shares the machine with the server.
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansBilling.LoadTests.Client;

/// <summary>Status and body; the body is valid until the next send.</summary>
readonly record struct RawAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public override string ToString() => $"{Status}: {Encoding.UTF8.GetString(Body.Span)[..Math.Min(Body.Length, 600)]}";
}

sealed class RawConnection : IDisposable
{
    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    byte[] buffer = new byte[16 * 1024];
    int filled;

    public static async Task<RawConnection> Open(int port, CancellationToken cancel)
    {
        var opened = new RawConnection();
        await opened.socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        return opened;
    }

    public async ValueTask<RawAnswer> Send(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        for (var sent = 0; sent < request.Length;)
            sent += await socket.SendAsync(request[sent..], SocketFlags.None, cancel);
        filled = 0;
        var bodyAt = 0;
        while (bodyAt == 0)
        {
            await Receive(cancel);
            bodyAt = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) + 4;
            if (bodyAt == 3)
                bodyAt = 0;
        }

        var head = Head.Of(buffer.AsSpan(0, bodyAt));
        if (!head.Chunked)
        {
            while (filled < bodyAt + head.Length)
                await Receive(cancel);
            return new RawAnswer(head.Status, buffer.AsMemory(bodyAt, head.Length));
        }

        int length;
        while (!Unchunk(buffer.AsSpan(bodyAt, filled - bodyAt), out length))
            await Receive(cancel);
        return new RawAnswer(head.Status, buffer.AsMemory(bodyAt, length));
    }

    public void Dispose() => socket.Dispose();

    async ValueTask Receive(CancellationToken cancel)
    {
        if (filled == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var got = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, cancel);
        if (got == 0)
            throw new IOException("The server closed the connection.");
        filled += got;
    }

    // Puts the chunks together in place once all are there: looked through first, changed only then.
    static bool Unchunk(Span<byte> body, out int length)
    {
        length = 0;
        for (var at = 0; ;)
        {
            if (!NextChunk(body, at, out var dataAt, out var size))
                return false;
            at = dataAt + size + 2;
            if (at > body.Length)
                return false;
            if (size == 0)
                break;
        }

        for (var at = 0; NextChunk(body, at, out var dataAt, out var size) && size > 0; at = dataAt + size + 2)
        {
            body.Slice(dataAt, size).CopyTo(body[length..]);
            length += size;
        }

        return true;
    }

    static bool NextChunk(ReadOnlySpan<byte> body, int at, out int dataAt, out int size)
    {
        (dataAt, size) = (0, 0);
        if (at >= body.Length || body[at..].IndexOf("\r\n"u8) is not (> 0 and var line))
            return false;
        if (!Utf8Parser.TryParse(body.Slice(at, line), out size, out _, 'x'))
            throw new IOException("A chunk has no length.");
        dataAt = at + line + 2;
        return true;
    }

    readonly record struct Head(int Status, int Length, bool Chunked)
    {
        public static Head Of(ReadOnlySpan<byte> head)
        {
            if (!Utf8Parser.TryParse(head[9..], out int status, out _))
                throw new IOException("The answer is not HTTP.");
            var (length, chunked) = (0, false);
            foreach (var range in Encoding.ASCII.GetString(head).Split("\r\n").Skip(1))
            {
                if (range.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
                    length = int.Parse(range.AsSpan(15).Trim(), null);
                else if (range.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase))
                    chunked = true;
            }

            return new Head(status, length, chunked);
        }
    }
}
