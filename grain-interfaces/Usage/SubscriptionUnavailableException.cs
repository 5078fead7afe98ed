// A subscription that cannot answer now.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>Its store is away, it is moving to another process, or its journal is parked: nothing was done, ask again later.</summary>
[GenerateSerializer, Alias("ob.SubscriptionUnavailableException")]
public sealed class SubscriptionUnavailableException(string message) : Exception(message);
