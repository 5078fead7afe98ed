// Damaged bytes: whatever is cut, flipped or made up, only PackedFormatException comes out, and no huge array is made on the way.
using FsCheck.Fluent;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class DamageTests
{
    private delegate void Reading(ReadOnlySpan<byte> bytes);

    private static readonly SubscriptionTerms TwoLegs = World.Terms(
        World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("fi", "0.045", "country=FI"), World.Price("all", "0.06")])),
        World.Leg("retail", World.NewYork25, ("2025-01-01", [World.Price("any", "0.07")])));

    private static readonly (string Name, Reading Read)[] Readers =
    [
        ("replay", bytes => SubscriptionReplay.Apply(new SubscriptionState(), 1, bytes, 0)),
        ("replay on state", bytes => SubscriptionReplay.Apply(Lived().State, 9, bytes, 0)),
        ("find an id", bytes => SubscriptionReplay.TryFind(bytes, 7, out _)),
        ("record", ReadRecord),
        ("seal", bytes => SealFrame.Find(bytes, "helsinki", "2025-05")),
        ("snapshot", bytes => SubscriptionSnapshot.Read(bytes)),
        ("decide", bytes => UsageDecider.Decide(new SubscriptionState(), TwoLegs, bytes, 1, Micros.Of(World.At("2025-05-12T00:00:00Z")), Older.None)),
    ];

    [Fact]
    public void random_bytes_are_refused_and_nothing_else_happens() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            for (var turn = 0; turn < 30; turn++)
            {
                var bytes = new byte[random.Next(80)];
                random.NextBytes(bytes);
                // A plausible beginning, or every try ends at the first byte.
                if (bytes.Length > 6 && random.Next(2) == 0)
                {
                    (bytes[0], bytes[1]) = ((byte)random.Next(1, 3), 1);
                    BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length - 6);
                }

                OnlyFormatFaults(bytes);
            }

            return true;
        });

    [Fact]
    public void truncated_bytes_are_refused_at_every_length()
    {
        var (state, rows) = Lived();
        foreach (var row in rows)
        {
            for (var length = 1; length < row.Length; length++)
            {
                OnlyFormatFaults(row[..length]);
                Should.Throw<PackedFormatException>(() => SubscriptionReplay.Apply(new SubscriptionState(), 1, row.AsSpan(0, length), 0), $"length {length}");
            }
        }

        var snapshot = state.Snapshot();
        for (var length = 0; length < snapshot.Length; length++)
            Should.Throw<PackedFormatException>(() => SubscriptionSnapshot.Read(snapshot.AsSpan(0, length)), $"length {length}");
    }

    [Fact]
    public void flipped_bits_never_do_worse_than_a_format_fault()
    {
        var (state, rows) = Lived();
        foreach (var whole in rows.Append(state.Snapshot()).Append(World.Pack(new TestEvent("1", "2025-05-12T00:00:00Z", 2, dimensions: "country=FI"))))
        {
            for (var bit = 0; bit < whole.Length * 8; bit++)
            {
                var flipped = whole.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                OnlyFormatFaults(flipped);
            }
        }
    }

    [Fact]
    public void bytes_behind_a_snapshot_are_refused() =>
        Should.Throw<PackedFormatException>(() => SubscriptionSnapshot.Read([.. Lived().State.Snapshot(), 0]));

    [Fact]
    public void a_record_with_bytes_behind_its_dimensions_is_refused()
    {
        var bytes = World.Pack(new TestEvent("1", "2025-05-12T00:00:00Z", dimensions: "country=FI")).Append((byte)0).ToArray();
        bytes[0]++;
        Should.Throw<PackedFormatException>(() => ReadRecord(bytes));
    }

    [Fact]
    public void a_snapshot_of_another_format_is_no_error()
    {
        var snapshot = Lived().State.Snapshot();
        snapshot[0]++;
        SubscriptionSnapshot.Read(snapshot).ShouldBeNull();
    }

    [Fact]
    public void a_frame_of_an_unknown_format_is_refused_by_every_reader()
    {
        var usage = Lived().Rows[0];
        usage[1]++;
        Should.Throw<PackedFormatException>(() => SubscriptionReplay.Apply(new SubscriptionState(), 1, usage, 0));
        Should.Throw<PackedFormatException>(() => SubscriptionReplay.TryFind(usage, 1, out _));
        var seal = SealFrame.Write(new Seal("helsinki", "2025-05", World.At("2025-06-01T00:00:00Z"), 1, [])).ToArray();
        seal[1] += 2; // The next format carries units over.
        Should.Throw<PackedFormatException>(() => SealFrame.Find(seal, "helsinki", "2025-05"));
    }

    private static void OnlyFormatFaults(byte[] bytes)
    {
        foreach (var (name, read) in Readers)
        {
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                read(bytes);
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000, $"{name}: {Convert.ToHexString(bytes)}");
            }
            catch (PackedFormatException)
            {
                // Refused, as it should be.
            }
            catch (Exception fault) when (fault is not ShouldAssertException)
            {
                throw new ShouldAssertException($"{name} let {fault.GetType().Name} out ({fault.Message}) on {Convert.ToHexString(bytes)}\n{fault.StackTrace}");
            }
        }
    }

    private static void ReadRecord(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var record = UsageRecord.Read(ref reader);
        _ = record.IdHash ^ record.BodyHash;
        _ = record.Day;
        var pairs = record.Dimensions;
        while (pairs.Next(out _, out _))
        {
        }
    }

    private static (SubscriptionState State, List<byte[]> Rows) Lived()
    {
        var state = new SubscriptionState();
        var rows = new List<byte[]>
        {
            state.Decide(TwoLegs, "2025-05-12T00:00:00Z", new TestEvent("1", "2025-05-12T00:00:00Z", 2, dimensions: "country=FI"),
                new TestEvent("2", "2025-05-11T00:00:00Z", 1.5m)).Frame.ToArray(),
            state.Decide(TwoLegs, "2025-06-12T00:00:00Z", new TestEvent("3", "2025-06-11T00:00:00Z")).Frame.ToArray(),
        };
        var seal = SealDecider.Decide(state, TwoLegs, "helsinki", World.Helsinki.PeriodOf("2025-05")!, 2, 0);
        SealFrame.Apply(state, 3, seal);
        rows.Add(SealFrame.Write(seal).ToArray());
        return (state, rows);
    }
}
