// Random lives with corrections, seals, returns and restarts, against a list of what remains of each event.
using FsCheck.Fluent;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Corrections;

public sealed class CorrectionProperties
{
    private static readonly (string Wallet, string Agreement, decimal Price)[] Payers = [("up", "wholesale", 0.03m), ("own", "retail", 0.05m)];

    [Fact]
    public void totals_purses_and_documents_are_the_sum_of_what_remains() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed => Lives(new Random(seed)));

    [Fact]
    public void a_retract_leaves_purses_and_totals_as_if_the_event_had_never_been() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var random = new Random(seed);
        var world = new PrepaidWorld();
        Array.ForEach(Payers, payer => world.Receive(payer.Wallet, 10));
        for (var n = random.Next(4); n > 0; n--)
            world.Send($"e{n}", random.Next(1, 20));
        var before = Standing(world.State);
        world.Send("wrong", random.Next(1, 20));
        for (var n = random.Next(3); n > 0; n--)
            world.Correct($"a{n}", "wrong", random.Next(1, 40));
        world.Correct("c", "wrong").Outcome.ShouldBe(CorrectionOutcome.Done);
        Standing(world.State).Where(one => !one.EndsWith(" 0", StringComparison.Ordinal)).ShouldBe(before);
        return true;
    });

    private static string[] Standing(SubscriptionState state) =>
        [.. state.Purses.Select(purse => $"{purse.Wallet} {purse.Spent:0.##} {purse.Available:0.##}").Where(text => !text.Contains(" 0 ")),
            .. state.Cells.ToArray().Select(cell => $"{cell.Identity.Agreement} {cell.Amount:0.##} {cell.Quantity:0.##}").Where(text => !text.EndsWith(" 0"))];

    private static bool Lives(Random random)
    {
        var (world, book) = (new PrepaidWorld(), new Book());
        for (var step = 0; step < 50; step++)
        {
            switch (random.Next(10))
            {
                case 0 or 1: Receive(world, book, Payers[random.Next(2)].Wallet, random.Next(1, 300) / 100m); break;
                case 2: Return(world, book, Payers[random.Next(2)].Wallet); break;
                case 3 or 4: Send(world, book, random.Next(1, 40)); break;
                case 5 or 6 or 7: Correct(world, book, random); break;
                case 8: Seal(world, book); break;
                default: world.Now += random.Next(10 * 86_400); break;
            }

            Agrees(world.State, book);
            if (random.Next(12) == 0)
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
        book.Held[wallet] = book.Held.GetValueOrDefault(wallet) + amount;
    }

    private static void Return(PrepaidWorld world, Book book, string wallet)
    {
        world.Return(wallet);
        book.Held[wallet] = book.Held.GetValueOrDefault(wallet) - book.Left(wallet);
    }

    private static void Send(PrepaidWorld world, Book book, int quantity)
    {
        var id = $"e{book.Events.Count}";
        var decision = world.Send(id, quantity);
        decision.Short.ShouldBe(book.Covers(quantity) ? null : decision.Short);
        if (!book.Covers(quantity))
            return;
        decision.Outcomes.ShouldBe([UsageOutcome.Accepted]);
        book.Events.Add(new Sent(id, world.NowMicros, Label(world.NowMicros)) { Left = quantity });
    }

    private static void Correct(PrepaidWorld world, Book book, Random random)
    {
        if (book.Events.Count == 0)
            return;
        var one = book.Events[random.Next(book.Events.Count)];
        var (id, quantity) = ($"c{random.Next(30)}", random.Next(2) == 0 ? null : (decimal?)random.Next(1, 50));
        var decision = world.Correct(id, one.Id, quantity, one.Time);
        var expected = book.Corrections.TryGetValue(id, out var known) ? known == (one.Id, quantity) ? CorrectionOutcome.Done : CorrectionOutcome.Conflict
            : one.Time < world.NowMicros - (35 * 86_400_000_000) ? CorrectionOutcome.TooLate
            : one.Left == 0 ? CorrectionOutcome.AlreadyRetracted
            : book.Covers((quantity ?? 0) - one.Left) ? CorrectionOutcome.Done : CorrectionOutcome.Short;
        decision.Outcome.ShouldBe(expected);
        decision.Frame.IsEmpty.ShouldBe(expected != CorrectionOutcome.Done || book.Corrections.ContainsKey(id));
        if (decision.Frame.IsEmpty)
            return;
        book.Corrections[id] = (one.Id, quantity);
        decision.Correction!.Legs.Select(leg => leg.Late).Distinct().ShouldBe([book.Sealed.Contains(one.Period)]);
        one.Left = quantity ?? 0;
    }

    // Months are sealed in order, and only when they are over.
    private static void Seal(PrepaidWorld world, Book book)
    {
        var label = $"2025-{5 + book.Sealed.Count:00}";
        if (book.Sealed.Count > 6 || string.CompareOrdinal(Label(world.NowMicros), label) <= 0)
            return;
        book.Sealed.Add(label);
        book.Lines.AddRange(world.Seal(label).Lines);
        foreach (var (_, agreement, price) in Payers)
        {
            foreach (var period in book.Sealed)
            {
                var lines = book.Lines.Where(line => line.Agreement == agreement && line.OriginalPeriod == period).ToList();
                var left = book.Events.Where(one => one.Period == period).Sum(one => one.Left);
                (lines.Sum(line => line.Quantity), lines.Sum(line => line.Amount), lines.Sum(line => line.Prepaid)).ShouldBe((left, left * price, left * price));
            }
        }
    }

    private static void Agrees(SubscriptionState state, Book book)
    {
        foreach (var (wallet, agreement, price) in Payers)
        {
            if (state.PurseOf(wallet) is { } purse)
                (purse.Spent, purse.Available).ShouldBe((book.Spent * price, book.Left(wallet)));
            foreach (var cells in state.Cells.ToArray().Where(cell => cell.Identity.Agreement == agreement).GroupBy(cell => cell.Identity.Period.Label))
            {
                var left = book.Events.Where(one => one.Period == cells.Key).Sum(one => one.Left);
                (cells.Sum(cell => cell.Quantity), cells.Sum(cell => cell.Amount)).ShouldBe((left, left * price));
            }
        }
    }

    private static string Label(long micros) => World.Helsinki.PeriodAt(Micros.Instant(micros)).Label;

    private sealed record Sent(string Id, long Time, string Period)
    {
        public decimal Left { get; set; }
    }

    private sealed class Book
    {
        public Dictionary<string, decimal> Held { get; } = [];
        public List<Sent> Events { get; } = [];
        public Dictionary<string, (string, decimal?)> Corrections { get; } = [];
        public List<string> Sealed { get; } = [];
        public List<SealedLine> Lines { get; } = [];

        public decimal Spent => Events.Sum(one => one.Left);

        public decimal Left(string wallet) => Held.GetValueOrDefault(wallet) - (Spent * Payers.First(payer => payer.Wallet == wallet).Price);

        public bool Covers(decimal units) => units <= 0 ? Payers.All(payer => Left(payer.Wallet) >= 0) : Payers.All(payer => units * payer.Price <= Left(payer.Wallet));
    }
}
