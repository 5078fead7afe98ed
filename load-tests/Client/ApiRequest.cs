// The bytes of one request to the API.
using System.Text;

namespace OrleansBilling.LoadTests.Client;

static class ApiRequest
{
    /// <summary>The body is JSON; none of a GET.</summary>
    public static byte[] Bytes(string key, string method, string path, string body = "")
    {
        var content = body.Length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n{content}\r\n{body}");
    }
}
