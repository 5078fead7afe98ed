// Which subscription an event is for: uniform or Zipf over a population, in constant time (Vose's alias method).
namespace OrleansBilling.LoadTests.Client;

sealed class SubscriptionSampler
{
    readonly uint[] keep;
    readonly int[] alias;
    readonly int[] subscriptionOfRank;

    SubscriptionSampler(double[] weights, int[] subscriptionOfRank)
    {
        this.subscriptionOfRank = subscriptionOfRank;
        keep = new uint[weights.Length];
        alias = new int[weights.Length];
        var sum = weights.Sum();
        var scaled = Array.ConvertAll(weights, weight => weight * weights.Length / sum);
        var small = new Stack<int>(Enumerable.Range(0, weights.Length).Where(rank => scaled[rank] < 1));
        var large = new Stack<int>(Enumerable.Range(0, weights.Length).Where(rank => scaled[rank] >= 1));
        while (small.Count > 0 && large.Count > 0)
        {
            var (less, more) = (small.Pop(), large.Peek());
            (keep[less], alias[less]) = ((uint)(scaled[less] * uint.MaxValue), more);
            scaled[more] -= 1 - scaled[less];
            if (scaled[more] < 1)
                small.Push(large.Pop());
        }

        foreach (var rank in small.Concat(large))
            (keep[rank], alias[rank]) = (uint.MaxValue, rank);
    }

    /// <summary>Exponent 0 is uniform. The heavy ones are spread over the population, and so over its partners.</summary>
    public static SubscriptionSampler Zipf(double exponent, int over, int population)
    {
        var weights = new double[over];
        for (var rank = 0; rank < over; rank++)
            weights[rank] = Math.Pow(rank + 1, -exponent);
        var subscriptions = Enumerable.Range(0, population).ToArray();
        var random = new Prng(20250512);
        for (var at = population - 1; at > 0; at--)
        {
            var other = random.Below(at + 1);
            (subscriptions[at], subscriptions[other]) = (subscriptions[other], subscriptions[at]);
        }

        return new SubscriptionSampler(weights, subscriptions[..over]);
    }

    /// <summary>Each of them equally often.</summary>
    public static SubscriptionSampler Of(int[] subscriptions) => new(Array.ConvertAll(subscriptions, _ => 1.0), subscriptions);

    public int Next(ref Prng random)
    {
        var bits = random.Next();
        var rank = (int)(((bits >> 32) * (ulong)keep.Length) >> 32);
        return subscriptionOfRank[unchecked((uint)bits) <= keep[rank] ? rank : alias[rank]];
    }
}
