// Chunks that serve one request after the other: their buffers are most of what a small request would allocate.
using Microsoft.Extensions.ObjectPool;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Privacy;

namespace OrleansBilling.ClientApi.Events;

/// <summary>Lends chunks for events as they are sent. One that is not given back is only made anew.</summary>
public sealed class EventChunks(SubscriptionDirectory directory, PersonalMeters personal)
{
    private readonly DefaultObjectPool<EventChunk> pool = new(new Policy(directory, personal), Limits.ChunksKept);

    /// <summary>An empty chunk.</summary>
    public EventChunk Take() => pool.Get();

    /// <summary>Nobody uses it any more.</summary>
    public void GiveBack(EventChunk chunk) => pool.Return(chunk);

    private sealed class Policy(SubscriptionDirectory directory, PersonalMeters personal) : PooledObjectPolicy<EventChunk>
    {
        public override EventChunk Create() => new(new EventParser(personal: personal), directory);

        public override bool Return(EventChunk obj)
        {
            obj.Reset();
            return obj.IsWorthKeeping;
        }
    }
}
