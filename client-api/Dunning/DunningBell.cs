// Has the dunning of an account looked at as soon as something has changed there.
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Dunning;

/// <summary>
/// In the call that changed it, so that who has paid is active when that is answered. What fails here is made up for by the row of due work that was
/// written with the change.
/// </summary>
public static class DunningBell
{
    /// <summary>Rings; never fails.</summary>
    public static async Task Ring(IGrainFactory grains, string account, CancellationToken cancel)
    {
        try
        {
            await grains.GetGrain<IDunningGrain>(account).Work(cancel);
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException or OrleansException or OperationCanceledException)
        {
            // The change itself is durable and is answered; the row of due work stands.
        }
    }
}
