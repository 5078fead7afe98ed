// What can be said to a subscription about its packages.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionAllowances")]
public interface ISubscriptionAllowances : IGrainWithStringKey
{
    /// <summary>Grants a package. The same command again answers the same.</summary>
    [Alias("Grant"), AlwaysInterleave]
    Task<GrantAnswer> Grant(GrantCommand command, CancellationToken cancel = default);

    /// <summary>Its packages, durable.</summary>
    [Alias("Grants"), AlwaysInterleave]
    Task<GrantReport> Grants(CancellationToken cancel = default);
}
