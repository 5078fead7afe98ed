// Walks one stream and says what each seal has to hold: everything before it of its period and earlier ones that no seal has taken yet.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>A usage line as the journal proves it: the chain of all rows up to a version.</summary>
public sealed record ProvenLine(string Agreement, string Charge, string OriginalPeriod, bool Late, decimal Quantity, decimal Amount, long Count, long ToVersion, string Hash);

/// <summary>A seal that stands in the journal, and the lines that have to be in it.</summary>
public sealed record ProvenSeal(string Subscription, SealStored Stored, IReadOnlyList<ProvenLine> Lines);

public sealed class SealedStream
{
    readonly Dictionary<int, Cell> cells = [];
    readonly Dictionary<int, (long Count, decimal Quantity, decimal Amount)> open = [];
    readonly List<(long Version, LegCharge Leg)> charges = [];
    readonly string subscription;
    byte[] chain = new byte[SHA256.HashSizeInBytes];
    SealStored? before;

    SealedStream(string subscription) => this.subscription = subscription;

    public List<ProvenSeal> Seals { get; } = [];

    /// <summary>What no seal has taken, by period.</summary>
    public IEnumerable<(Cell Cell, decimal Amount)> Unsealed => open.Where(one => one.Value.Count > 0).Select(one => (cells[one.Key], one.Value.Amount));

    /// <summary>Whether a line is what it says: the sum of its charge's events of its period from one version to another.</summary>
    public bool Proves(ProvenLine line, long fromVersion)
    {
        var counted = charges.Where(charge => charge.Version >= fromVersion && charge.Version <= line.ToVersion
            && cells[charge.Leg.Cell] is var cell && (cell.Agreement, cell.Charge, cell.Period) == (line.Agreement, line.Charge, line.OriginalPeriod)).Select(charge => charge.Leg).ToList();
        return (counted.Count, counted.Sum(leg => leg.Quantity), counted.Sum(leg => leg.Amount)) == (line.Count, line.Quantity, line.Amount);
    }

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
                case UsageStored usage: foreach (var leg in usage.Legs) Count(leg, row.Version); break;
                case SealStored stored: Seal(stored, row.Version); break;
                default: throw new InvalidOperationException($"{item} is not known.");
            }
        }
        chain = SHA256.HashData([.. chain, .. Bytes(row.Version), .. Bytes(unchecked((long)row.Checksum))]);
    }

    void Count(LegCharge leg, long version)
    {
        charges.Add((version, leg));
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
                version - 1, Convert.ToHexStringLower(chain)));
            open[number] = default;
        }
        Seals.Add(new ProvenSeal(subscription, stored, lines));
        before = stored;
    }

    static byte[] Bytes(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
