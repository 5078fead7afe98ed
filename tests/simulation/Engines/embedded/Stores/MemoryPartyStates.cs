// States of parties in memory: in a simulation nobody changes any.
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.Simulation.Tests.Stores;

internal sealed class MemoryPartyStates : IPartyStateStore
{
    public Task<StoredStanding?> Get(string party, CancellationToken cancel) => Task.FromResult<StoredStanding?>(null);

    public Task<bool> Append(PartyAppend append, CancellationToken cancel) => throw new NotSupportedException("A simulation changes the state of no party.");

    public Task<IReadOnlyList<StandingChange>> Changes(long after, int limit, CancellationToken cancel) => Task.FromResult<IReadOnlyList<StandingChange>>([]);

    public Task<IReadOnlyList<StoredPartyFact>> Facts(string party, long after, int limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<StoredPartyFact>>([]);
}
