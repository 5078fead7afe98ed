// An account that cannot decide now.
namespace OrleansBilling.GrainInterfaces.Accounts;

/// <summary>Others were faster again and again. Nothing was done: ask again.</summary>
[GenerateSerializer, Alias("ob.AccountUnavailableException")]
public sealed class AccountUnavailableException(string message) : Exception(message);
