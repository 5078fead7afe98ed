// The id of a command that has none of its own.
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Idempotency;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>With an Idempotency-Key it is made from that, so that a repeat is the same command even if its first answer was never kept.</summary>
public static class CommandIds
{
    private const int Length = 32;

    /// <summary>What was given; else of the caller and its key; else a new one.</summary>
    public static string Of(HttpContext context, string? given)
    {
        if (given is not null)
            return given;
        var key = context.Request.Headers[IdempotentCommands.Header].ToString();
        return key.Length == 0
            ? Guid.NewGuid().ToString("N")
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Caller().KeyId}\n{key}")))[..Length];
    }
}
