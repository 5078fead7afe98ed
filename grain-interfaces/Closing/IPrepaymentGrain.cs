// What can be said to the prepayments of one subscription.
namespace OrleansBilling.GrainInterfaces.Closing;

/// <summary>Issues the invoices of prepayments, one at a time. Key: subscription id. Keeps nothing: any step can be repeated.</summary>
[Alias("ob.IPrepaymentGrain")]
public interface IPrepaymentGrain : IGrainWithStringKey
{
    /// <summary>Issues what was bought and has no invoice yet. True: all is issued.</summary>
    [Alias("GoOn")]
    Task<bool> GoOn(CancellationToken cancel = default);
}
