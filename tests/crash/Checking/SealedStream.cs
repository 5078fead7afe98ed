// Walks one stream and says what each seal has to hold: everything before it of its period and earlier ones that no seal has taken yet.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>A usage line as the journal proves it.</summary>
public sealed record ProvenLine(string Agreement, string Charge, string OriginalPeriod, bool Late, decimal Quantity, decimal Amount, long Count, long FromVersion, long ToVersion, string Hash);

/// <summary>A seal that stands in the journal, and the lines that have to be in it.</summary>
public sealed record ProvenSeal(string Subscription, SealStored Stored, IReadOnlyList<ProvenLine> Lines);

public sealed class SealedStream
{
    readonly Dictionary<int, Cell> cells = [];
    readonly Dictionary<int, (long Count, decimal Quantity, decimal Amount)> open = [];
    readonly string subscription;
    byte[] chain = new byte[SHA256.HashSizeInBytes];
    SealStored? before;
    long sealedTo;

    SealedStream(string subscription) => this.subscription = subscription;

    public List<ProvenSeal> Seals { get; } = [];

    /// <summary>What no seal has taken, by period.</summary>
    public IEnumerable<(Cell Cell, decimal Amount)> Unsealed => open.Where(one => one.Value.Count > 0).Select(one => (cells[one.Key], one.Value.Amount));

    public static SealedStream Walk(string subscription, IEnumerable<JournalRow> rows)
    {
        var walk = new SealedStream(subscription);
        foreach (var row in rows.Where(row => row.IsIntact)) walk.Add(row);
        return walk;
    }

    void Add(JournalRow row)
    {
        foreach (var item in row.Items())
        {
            switch (item)
            {
                case CellDefined defined: cells[defined.Number] = defined.Cell; break;
                case UsageStored usage: foreach (var leg in usage.Legs) Count(leg); break;
                case SealStored stored: Seal(stored, row.Version); break;
                default: throw new InvalidOperationException($"{item} is not known.");
            }
        }
        chain = SHA256.HashData([.. chain, .. Bytes(row.Version), .. Bytes(unchecked((long)row.Checksum))]);
    }

    void Count(LegCharge leg)
    {
        var (count, quantity, amount) = open.GetValueOrDefault(leg.Cell);
        open[leg.Cell] = (count + 1, quantity + leg.Quantity, amount + leg.Amount);
    }

    void Seal(SealStored stored, long version)
    {
        var lines = new List<ProvenLine>();
        foreach (var (number, sum) in open.ToList())
        {
            var cell = cells[number];
            if (sum.Count == 0 || cell.Calendar != stored.Calendar || cell.PeriodEnd > stored.PeriodEnd) continue;
            lines.Add(new ProvenLine(cell.Agreement, cell.Charge, cell.Period, before is not null && cell.PeriodEnd <= before.PeriodEnd, sum.Quantity, sum.Amount, sum.Count,
                sealedTo + 1, version - 1, Convert.ToHexStringLower(chain)));
            open[number] = default;
        }
        Seals.Add(new ProvenSeal(subscription, stored, lines));
        (before, sealedTo) = (stored, version);
    }

    static byte[] Bytes(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
