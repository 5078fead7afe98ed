// Ports for servers that are ended and started again on the same one.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.TestSupport;

/// <summary>
/// Below the range from which the kernel gives ports to clients: while a server is away, a client that tries to reach it must not be given its port, or
/// the server finds it in use, and the client itself.
/// </summary>
public static class FreePort
{
    const int First = 10_000;
    const int Last = 32_000;

    /// <summary>A port of 127.0.0.1 that nobody listens on.</summary>
    public static int Next()
    {
        var random = new Random(HashCode.Combine(Environment.ProcessId, Stopwatch.GetTimestamp()));
        while (true)
        {
            var port = random.Next(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another one.
            }
        }
    }
}
