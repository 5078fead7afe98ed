// What a client hears when the server dies under its request.
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansBilling.Crash.Tests.Client;

public static class BrokenOff
{
    /// <summary>Whether a request failed because the other end went away; half an answer counts as none.</summary>
    /// <remarks>A socket that is closed between its connect and its first use reaches the caller of HttpClient bare.</remarks>
    public static bool Is(Exception fault) => fault is HttpRequestException or SocketException or IOException or OperationCanceledException or JsonException;
}
