// Random lives of a prepaid subscription: rules 1 to 8 of domain 2.3 after every step, against a ledger of plain sums.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Holds;

public sealed class PrepaidProperties
{
    private static readonly (string Wallet, decimal Price)[] Payers = [("up", 0.03m), ("own", 0.05m)];

    [Fact]
    public void nothing_is_spent_that_was_not_received_and_every_hold_ends_once() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed => Lives(new Random(seed)));

    private static bool Lives(Random random)
    {
        var (world, book) = (new PrepaidWorld(), new Book());
        for (var step = 0; step < 60; step++)
        {
            var id = $"h{random.Next(8)}";
            var quantity = random.Next(1, 40);
            switch (random.Next(10))
            {
                case 0 or 1: Receive(world, book, Payers[random.Next(2)].Wallet, random.Next(1, 200) / 100m); break;
                case 2: Return(world, book, Payers[random.Next(2)].Wallet); break;
                case 3 or 4: Send(world, book, $"e{random.Next(30)}", quantity); break;
                case 5 or 6: Place(world, book, id, quantity, random.Next(1, 100), random.Next(3) == 0 ? random.Next(1, 5) : 0); break;
                case 7: Capture(world, book, id, quantity, random.Next(3) == 0 ? world.Now - random.Next(60) : null); break;
                case 8: Release(world, book, id); break;
                default: world.Now += random.Next(40); break;
            }

            world.Expire();
            book.Expire(world.Now);
            Agrees(world.State, book);
            if (random.Next(15) == 0)
            {
                world.Reload();
                Agrees(world.State, book);
            }
        }

        Agrees(world.Replayed(), book);
        world.Replayed().Snapshot().ShouldBe(SubscriptionSnapshot.Read(world.Replayed().Snapshot())!.Snapshot());
        return true;
    }

    private static void Receive(PrepaidWorld world, Book book, string wallet, decimal amount)
    {
        world.Receive(wallet, amount);
        book.Received[wallet] = book.Received.GetValueOrDefault(wallet) + amount;
    }

    private static void Return(PrepaidWorld world, Book book, string wallet)
    {
        world.Return(wallet);
        book.Returned[wallet] = book.Returned.GetValueOrDefault(wallet) + book.Left(wallet);
    }

    private static void Send(PrepaidWorld world, Book book, string id, int quantity)
    {
        var decision = world.Send(id, quantity);
        if (book.Events.TryGetValue(id, out var known))
        {
            // The time of a second sending is another one, unless the clock stood.
            decision.Outcomes.Single().ShouldBe(known == (quantity, world.Now) ? UsageOutcome.Duplicate : UsageOutcome.Conflict);
            return;
        }

        if (!book.Covers(quantity, null))
        {
            (decision.Outcomes.Length, decision.Short is null).ShouldBe((0, false));
            return;
        }

        decision.Outcomes.ShouldBe([UsageOutcome.Accepted]);
        book.Events[id] = (quantity, world.Now);
        book.Spend(quantity);
    }

    private static void Place(PrepaidWorld world, Book book, string id, int quantity, int seconds, int step)
    {
        var decision = world.Place(id, quantity, seconds, step);
        if (book.Holds.TryGetValue(id, out var known))
        {
            (decision.Outcome, decision.Frame.IsEmpty).ShouldBe((known.Asked == quantity ? HoldOutcome.Done : HoldOutcome.Conflict, true));
            return;
        }

        var fits = book.Covers(quantity, null) ? quantity : step == 0 ? 0 : Enumerable.Range(1, quantity / step).Select(n => n * step).LastOrDefault(part => book.Covers(part, null));
        decision.Outcome.ShouldBe(fits > 0 ? HoldOutcome.Done : HoldOutcome.Short);
        if (fits > 0)
            book.Holds[id] = new Held(quantity, fits, world.Now, world.Now + seconds) { State = HoldState.Held };
    }

    private static void Capture(PrepaidWorld world, Book book, string id, int quantity, long? usedAt)
    {
        var decision = world.Capture(id, quantity, usedAt);
        if (!book.Holds.TryGetValue(id, out var hold))
        {
            decision.Outcome.ShouldBe(HoldOutcome.Missing);
            return;
        }

        var expected = hold.State switch
        {
            HoldState.Captured or HoldState.LateCaptured => hold.Captured == quantity ? HoldOutcome.Done : HoldOutcome.Conflict,
            HoldState.Released => HoldOutcome.Conflict,
            HoldState.Expired => usedAt >= hold.Placed && usedAt < hold.Expires ? HoldOutcome.Done : HoldOutcome.Expired,
            _ => book.Covers(quantity, hold) ? HoldOutcome.Done : HoldOutcome.Short,
        };
        decision.Outcome.ShouldBe(expected);
        if (expected != HoldOutcome.Done || hold.Captured > 0)
            return;
        var late = hold.State == HoldState.Expired;
        hold.State = late ? HoldState.LateCaptured : HoldState.Captured;
        hold.Captured = quantity;
        if (late)
            book.Force(quantity);
        book.Spend(quantity);
    }

    private static void Release(PrepaidWorld world, Book book, string id)
    {
        var decision = world.Release(id);
        if (!book.Holds.TryGetValue(id, out var hold))
            decision.Outcome.ShouldBe(HoldOutcome.Missing);
        else if (hold.State is HoldState.Captured or HoldState.LateCaptured)
            decision.Outcome.ShouldBe(HoldOutcome.Conflict);
        else
        {
            decision.Outcome.ShouldBe(HoldOutcome.Done);
            hold.State = hold.State == HoldState.Held ? HoldState.Released : hold.State;
        }
    }

    private static void Agrees(SubscriptionState state, Book book)
    {
        foreach (var (wallet, price) in Payers)
        {
            if (state.PurseOf(wallet) is not { } purse)
                continue;
            (purse.Received, purse.Returned, purse.Spent, purse.Held, purse.Forced).ShouldBe((book.Received.GetValueOrDefault(wallet),
                book.Returned.GetValueOrDefault(wallet), book.Spent * price, book.HeldUnits * price, book.Forced.GetValueOrDefault(wallet)));
            purse.Available.ShouldBeGreaterThanOrEqualTo(0);
        }

        foreach (var (id, hold) in book.Holds)
            (state.Holds.Find(id)!.State, state.Holds.Find(id)!.Quantity).ShouldBe((hold.State, hold.Units));
        state.Holds.Live.ShouldBe(book.Holds.Values.Count(hold => hold.State == HoldState.Held));
    }

    private sealed record Held(int Asked, int Units, long Placed, long Expires)
    {
        public HoldState State { get; set; }
        public int Captured { get; set; }
    }

    // Units times price, written down as a clerk would.
    private sealed class Book
    {
        public Dictionary<string, decimal> Received { get; } = [];
        public Dictionary<string, decimal> Returned { get; } = [];
        public Dictionary<string, decimal> Forced { get; } = [];
        public Dictionary<string, (int, long)> Events { get; } = [];
        public Dictionary<string, Held> Holds { get; } = [];
        public decimal Spent { get; private set; }

        public decimal HeldUnits => Holds.Values.Where(hold => hold.State == HoldState.Held).Sum(hold => hold.Units);

        public decimal Left(string wallet) => Received.GetValueOrDefault(wallet) + Forced.GetValueOrDefault(wallet) - Returned.GetValueOrDefault(wallet)
            - ((Spent + HeldUnits) * Payers.First(payer => payer.Wallet == wallet).Price);

        public bool Covers(decimal units, Held? freed) => Payers.All(payer => units * payer.Price <= Left(payer.Wallet) + ((freed?.Units ?? 0) * payer.Price));

        public void Spend(decimal units) => Spent += units;

        public void Force(decimal units)
        {
            foreach (var (wallet, price) in Payers)
                Forced[wallet] = Forced.GetValueOrDefault(wallet) + Math.Max(0, (units * price) - Left(wallet));
        }

        public void Expire(long now)
        {
            foreach (var hold in Holds.Values.Where(hold => hold.State == HoldState.Held && hold.Expires <= now))
                hold.State = HoldState.Expired;
        }
    }
}
