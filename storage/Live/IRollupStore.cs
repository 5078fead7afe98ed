// What live usage up the tree needs of the store: who lies below a party, how far their journals are, and the kept sums of a party.
namespace OrleansBilling.Storage.Live;

/// <summary>Sums are a cache: without them a party's are made again from its subscriptions.</summary>
public interface IRollupStore
{
    /// <summary>Subscriptions of a customer, or of all customers of a partner; counts no further than <paramref name="atMost"/>.</summary>
    Task<int> CountChildren(string party, int atMost, CancellationToken cancel);

    /// <summary>The same subscriptions with the newest durable version of each one's journal; those without any entry are left out.</summary>
    Task<IReadOnlyList<ChildHead>> Heads(string party, CancellationToken cancel);

    /// <summary>The sums kept last, or null: none, or none that is whole.</summary>
    Task<ReadOnlyMemory<byte>?> Load(string party, CancellationToken cancel);

    /// <summary>Keeps the sums in place of those before.</summary>
    Task Save(string party, ReadOnlyMemory<byte> state, CancellationToken cancel);
}

/// <summary>A subscription and its newest durable version.</summary>
public readonly record struct ChildHead(string Subscription, long Head);
