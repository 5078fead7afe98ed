// Asks for the port before anything is started, so that a port in use is one sentence and not a stack of traces.
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>Whether HTTP can be served where the options say.</summary>
public static class PortCheck
{
    /// <summary>Null when HTTP can be served there; else what is to be done.</summary>
    public static string? Fault(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return $"{address} is no address of this machine. Say another one with --listen.";
        }
        catch (SocketException)
        {
            return $"port {port} of {address} is in use. Choose another one with --port.";
        }
    }
}
