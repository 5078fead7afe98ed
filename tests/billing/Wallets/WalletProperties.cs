// What holds for every life of a wallet: no grant without cover, replay is live, repeats and reordering change nothing, damage is refused.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class WalletProperties
{
    private static readonly FsCheck.Gen<int> Seeds = Gen.Choose(0, int.MaxValue);

    [Fact]
    public void every_life_agrees_with_the_slow_model_and_with_its_replay() =>
        Seeds.ShouldHold(seed =>
        {
            var life = new WalletLife(seed);
            var cuts = new List<(int Row, byte[] Snapshot)>();
            for (var step = 0; step < 60; step++)
            {
                life.Step();
                if (step % 20 == 7) cuts.Add((life.Live.Rows.Count, WalletSnapshot.Write(life.Live.State).ToArray()));
            }

            var expected = WalletSnapshot.Write(life.Live.State).ToArray();
            WalletSnapshot.Write(life.Live.Replayed()).ToArray().ShouldBe(expected);
            foreach (var (row, snapshot) in cuts)
                WalletSnapshot.Write(life.Live.Replayed(row, snapshot)).ToArray().ShouldBe(expected, $"from row {row}");
            return true;
        });

    [Fact]
    public void everything_comes_back_when_all_children_give_back() =>
        Seeds.ShouldHold(seed =>
        {
            var life = new WalletLife(seed);
            for (var step = 0; step < 40; step++) life.Step();
            life.SettleAll();
            var spent = life.Children.Sum(child => child.Spent);
            (life.Live.State.Out, life.Live.State.Spent).ShouldBe((0m, spent));
            // Nothing was authorised beyond what was paid in and the largest limit that there was.
            (spent - life.Live.State.Forced).ShouldBeLessThanOrEqualTo(life.PaidIn + life.LimitMax);
            return true;
        });

    [Fact]
    public void random_and_damaged_bytes_are_refused_or_read_as_facts() =>
        Seeds.ShouldHold(seed =>
        {
            var (random, life) = (new Random(seed), new WalletLife(seed));
            for (var step = 0; step < 12; step++) life.Step();
            life.Live.TopUp(1, "enough");
            var row = life.Live.Rows.MaxBy(frames => frames.Length)!;
            var snapshot = WalletSnapshot.Write(life.Live.State).ToArray();
            for (var turn = 0; turn < 20; turn++)
            {
                var bytes = new byte[random.Next(60)];
                random.NextBytes(bytes);
                if (bytes.Length > 6)
                {
                    (bytes[0], bytes[1]) = ((byte)random.Next(32, 44), 1);
                    BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length - 6);
                }

                OnlyFormatFaults(() => WalletReplay.Apply(new WalletState(turn % 2 == 0 ? "p" : null), bytes));
                OnlyFormatFaults(() => WalletReplay.Apply(life.Live.Replayed(), Damaged(row, random)));
                OnlyFormatFaults(() => WalletSnapshot.Read(Damaged(snapshot, random), null));
            }

            return true;
        });

    [Fact]
    public void a_row_that_is_applied_twice_or_left_out_does_not_fit()
    {
        var live = LiveWallet.Euro(10);
        live.Draw("a", 1, 1);
        var again = live.Replayed();
        Should.Throw<PackedFormatException>(() => WalletReplay.Apply(again, live.Rows[^1]));
        Should.Throw<PackedFormatException>(() => WalletReplay.Apply(new WalletState(null), live.Rows[^1]));
    }

    [Fact]
    public void journaled_bytes_stay_as_they_are()
    {
        var live = LiveWallet.Euro(10);
        live.Draw("subscription/a", 1, 0.05m);
        Convert.ToHexString(live.Rows[0]).ShouldBe("2201130000000044738AEC34060000027430000A00036B6579");
        Convert.ToHexString(live.Rows[1]).ShouldBe("20011B0000000044738AEC3406000E737562736372697074696F6E2F610104EA30");
    }

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        if (random.Next(2) == 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        else damaged = damaged[..random.Next(damaged.Length)];
        return damaged;
    }

    private static void OnlyFormatFaults(Action read)
    {
        try
        {
            read();
        }
        catch (PackedFormatException)
        {
            // Refused, by name.
        }
    }
}
