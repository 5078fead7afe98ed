// What is compared between the client's log and the journal, per subscription: count, order-free hash of the events, units and money.
using System.Buffers.Binary;
using System.IO.Hashing;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Checking;

struct UsageDigest
{
    public long Count;
    public UInt128 HashSum;
    public decimal Quantity;
    public decimal Wholesale;
    public decimal Retail;

    /// <summary>Adds an event that the client knows to be taken; its amounts follow from the prices that were set up.</summary>
    public void Add(in SentEvent one, Tariff tariff)
    {
        Count++;
        HashSum = unchecked(HashSum + Hash(one.IdHigh, one.IdLow, one.TimeMillis, one.Subscription, one.Quantity, one.Country));
        Quantity += one.Quantity;
        Wholesale += one.Quantity * Prices.Wholesale[one.Country];
        Retail += tariff.Retail(one);
    }

    public readonly bool Equals(in UsageDigest other) =>
        Count == other.Count && HashSum == other.HashSum && Quantity == other.Quantity && Wholesale == other.Wholesale && Retail == other.Retail;

    /// <summary>128 bits of identity and content. Sums of them are equal only for equal sets (up to chance), and a doubled event changes the sum.</summary>
    public static UInt128 Hash(ulong idHigh, ulong idLow, long timeMillis, int subscription, int quantity, int country)
    {
        Span<byte> content = stackalloc byte[30];
        BinaryPrimitives.WriteUInt64LittleEndian(content, idHigh);
        BinaryPrimitives.WriteUInt64LittleEndian(content[8..], idLow);
        BinaryPrimitives.WriteInt64LittleEndian(content[16..], timeMillis);
        BinaryPrimitives.WriteInt32LittleEndian(content[24..], subscription);
        content[28] = (byte)quantity;
        content[29] = (byte)country;
        return XxHash128.HashToUInt128(content);
    }
}

/// <summary>What the journal must hold, from the client's log.</summary>
sealed class ExpectedUsage(int subscriptions, Tariff tariff)
{
    public UsageDigest[] OfSubscription { get; } = new UsageDigest[subscriptions];
    public long Events { get; private set; }

    public void Add(IEnumerable<SentLog> logs)
    {
        foreach (var block in logs.SelectMany(log => log.Blocks()))
        {
            foreach (ref readonly var one in block.Span)
            {
                if (one.Repeat || one.Verdict is not (Verdict.Accepted or Verdict.Duplicate))
                    continue;
                OfSubscription[one.Subscription].Add(one, tariff);
                Events++;
            }
        }
    }
}
