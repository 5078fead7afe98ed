// Has fees looked at that a wallet pays, as the row of due work would: when it is due, late, twice at once.
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class FeeClient(Desk desk)
{
    public async Task Work(int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            await Look();
            await desk.Think();
        }
    }

    /// <summary>Whether it is known how the look ended.</summary>
    public async Task<bool> Look() => await desk.Ask(async () => (object)await desk.Engine.Grains.GetGrain<ISubscriptionDuties>(Tree.Seat).Fees()) is true;
}
