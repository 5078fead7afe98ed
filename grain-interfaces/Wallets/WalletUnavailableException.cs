// A wallet that cannot be read now.
namespace OrleansBilling.GrainInterfaces.Wallets;

/// <summary>Its store is away or its journal is in doubt. Ask again.</summary>
[GenerateSerializer, Alias("ob.WalletUnavailableException")]
public sealed class WalletUnavailableException(string message) : Exception(message);
