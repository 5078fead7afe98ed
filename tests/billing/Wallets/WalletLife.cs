// A random life of a wallet and its children, and beside it a slow model that adds everything up from the start each time.
using NodaTime;
using OrleansBilling.Billing.Wallets;
using Shouldly;

namespace OrleansBilling.BillingTests.Wallets;

internal sealed class WalletLife
{
    private readonly Random random;
    private readonly List<ChildTotals> sent = [];
    private readonly Dictionary<string, (decimal Amount, PaymentOutcome Outcome)> payments = [];
    private readonly Dictionary<string, ChildTotals> newest = [];
    private readonly Dictionary<string, decimal> granted = [];
    private decimal paidOut;

    public WalletLife(int seed)
    {
        random = new Random(seed);
        Live = LiveWallet.Euro(limit: random.Next(3), sliceMax: random.Next(2) == 0 ? null : random.Next(1, 4));
        LimitMax = Live.Definition.CreditLimit;
        Children = [.. Enumerable.Range(0, 3).Select(n => new SimulatedChild($"c{n}"))];
    }

    public LiveWallet Live { get; }
    public SimulatedChild[] Children { get; }
    public decimal PaidIn { get; private set; }
    public decimal LimitMax { get; private set; }

    public void Step()
    {
        var child = Children[random.Next(Children.Length)];
        switch (random.Next(10))
        {
            case 0: TopUp(); break;
            case 1 or 2 or 3: Draw(child); break;
            case 4: child.Spend(Math.Min(child.Left, Cents(200))); break;
            case 5: child.Return(Math.Min(child.Left, Cents(200))); break;
            case 6: Tell(child); break;
            case 7: PayOut(); break;
            case 8: child.Refund(Math.Min(child.Spent, Cents(200))); break;
            default: Rare(child); break;
        }

        Check();
    }

    public void SettleAll()
    {
        foreach (var child in Children)
        {
            if (Live.State.Children.TryGetValue(child.Name, out var account) && account.Number > child.Number)
                child.Receive(Live.Draw(child.Name, account.Number, 1).Amount);
            child.Return(child.Left);
            sent.Add(child.Totals);
            Take(child.Totals);
        }
    }

    // The last slice is asked for again as often as the next one: answers get lost.
    private void Draw(SimulatedChild child)
    {
        var before = granted.GetValueOrDefault(child.Name);
        var known = Live.State.Children.TryGetValue(child.Name, out var account) ? account.Number : 0;
        var (number, cover, needed) = (child.Number + 1, Cover(), Cents(300) + 0.01m);
        var decision = Live.Draw(child.Name, number, needed, needed + Cents(100), tight: random.Next(2) == 0);
        if (number == known)
        {
            decision.ShouldBe(new SliceDecision(SliceOutcome.Granted, account!.LastAmount));
            if (random.Next(2) == 0) child.Receive(decision.Amount);
            return;
        }

        decision.Outcome.ShouldBe(needed <= cover ? SliceOutcome.Granted : SliceOutcome.Short);
        if (decision.Outcome != SliceOutcome.Granted) return;
        decision.Amount.ShouldBeInRange(needed, cover);
        granted[child.Name] = before + decision.Amount;
        if (random.Next(3) > 0) child.Receive(decision.Amount);
    }

    // Newest or any old one: messages are lost, repeated and late.
    private void Tell(SimulatedChild child)
    {
        sent.Add(child.Totals);
        Take(sent[random.Next(2) == 0 ? sent.Count - 1 : random.Next(sent.Count)]);
    }

    private void Take(ChildTotals totals)
    {
        if (!granted.ContainsKey(totals.Child)) return;
        Live.Settle(totals);
        if (!newest.TryGetValue(totals.Child, out var known) || Ever(totals) > Ever(known))
            newest[totals.Child] = totals;
    }

    private void TopUp()
    {
        var (reference, amount) = ($"r{random.Next(12)}", Cents(500) + 0.01m);
        var outcome = Live.TopUp(amount, reference, random.Next(3) == 0 ? Live.Now + Duration.FromHours(random.Next(1, 50)) : null);
        if (payments.TryGetValue(reference, out var first))
        {
            (outcome == PaymentOutcome.Conflict || amount == first.Amount).ShouldBeTrue("a reference stands for one payment");
            return;
        }

        outcome.ShouldBe(PaymentOutcome.Done);
        payments[reference] = (amount, outcome);
        PaidIn += amount;
    }

    private void PayOut()
    {
        var (reference, amount, cover) = ($"o{Live.Rows.Count}", Cents(300) + 0.01m, Cover());
        var outcome = Live.PayOut(amount, reference);
        outcome.ShouldBe(amount <= cover ? PaymentOutcome.Done : PaymentOutcome.Insufficient);
        if (outcome == PaymentOutcome.Done) paidOut += amount;
    }

    private void Rare(SimulatedChild child)
    {
        switch (random.Next(3))
        {
            case 0: Live.Now += Duration.FromHours(random.Next(30)); break;
            case 1:
                Live.Definition = Live.Definition with { CreditLimit = random.Next(4) };
                LimitMax = Math.Max(LimitMax, Live.Definition.CreditLimit);
                break;
            default:
                if (child.Number > 0) child.Spend(child.Left + Cents(50));
                break;
        }
    }

    // What may be handed out now, added up from the start: expiry alone is taken from the journal.
    private decimal Cover()
    {
        Live.Available();
        var expired = Live.Facts.OfType<CreditExpired>().Sum(fact => fact.Amount);
        return PaidIn - paidOut - expired + Live.Definition.CreditLimit - granted.Values.Sum() + newest.Values.Sum(told => told.Returned - told.Forced);
    }

    private void Check()
    {
        Cover().ShouldBe(Live.State.Available);
        Live.State.Spent.ShouldBe(newest.Values.Sum(told => told.Spent));
        Live.Facts.OfType<CreditExpired>().ShouldAllBe(fact => fact.Amount >= 0);
    }

    // Grows with everything that a child does.
    private static decimal Ever(ChildTotals totals) => totals.Spent + (2 * totals.Refunded) + totals.Returned;

    private decimal Cents(int most) => random.Next(most) / 100m;
}
