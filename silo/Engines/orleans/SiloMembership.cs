// Readiness asks the silo itself what the cluster takes it for.
using OrleansBilling.ClientApi.Health;

namespace OrleansBilling.Silo;

internal sealed class SiloMembership(ISiloStatusOracle silo) : IMembership
{
    public bool IsLive => silo.CurrentStatus == SiloStatus.Active;
}
