// Asks for the port before anything is started, so that a port in use is one sentence and not a stack of traces.
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Silo;

internal static class PortCheck
{
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
