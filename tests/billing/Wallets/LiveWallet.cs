// A wallet that lives: decisions in order, the rows that they leave, and snapshots on the way.
using NodaTime;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.BillingTests.Wallets;

internal sealed class LiveWallet(Wallet wallet)
{
    public Wallet Definition { get; set; } = wallet;
    public WalletState State { get; } = new(wallet.Parent);
    public DateTimeZone Zone { get; set; } = DateTimeZone.Utc;
    public Instant Now { get; set; } = Instant.FromUtc(2025, 5, 12, 9, 0);
    public List<byte[]> Rows { get; } = [];
    public List<WalletFact> Facts { get; } = [];

    public static LiveWallet Euro(decimal posted = 0, decimal limit = 0, decimal? sliceMax = null, string? parent = null)
    {
        var live = new LiveWallet(new Wallet { Owner = "alfa", Currency = "EUR", CreditLimit = limit, SliceMax = sliceMax, Parent = parent });
        if (posted > 0) live.TopUp(posted);
        return live;
    }

    public T Decide<T>(Func<WalletTurn, T> decide)
    {
        var turn = new WalletTurn(State, Now);
        try
        {
            PaymentDecider.SetLimits(turn, Definition);
            TopUpDecider.SetRule(turn, Definition);
            return decide(turn);
        }
        finally
        {
            TopUpDecider.Ask(turn, Definition, Zone);
            var frames = turn.Frames().ToArray();
            Rows.Add(frames);
            Facts.AddRange(WalletReplay.Read(frames));
        }
    }

    public SliceDecision Draw(string child, long number, decimal needed, decimal? wanted = null, bool tight = false, bool parentShort = false) =>
        Decide(turn => SliceDecider.Grant(turn, Definition, new SliceRequest(child, number, needed, wanted ?? needed), tight, parentShort));

    public PaymentOutcome TopUp(decimal amount, string? reference = null, Instant? expires = null, string from = "") => Decide(turn =>
        PaymentDecider.Credit(turn, from, reference ?? $"t{Rows.Count}", amount, expires is { } end ? Billing.Usage.Micros.Of(end) : null, "key"));

    public PaymentOutcome PayOut(decimal amount, string reference, string to = "other") =>
        Decide(turn => PaymentDecider.PayOut(turn, reference, to, amount, amount, "key"));

    public bool Settle(SimulatedChild child) => Settle(child.Totals);

    public bool Settle(ChildTotals totals) => Decide(turn => SliceDecider.Settle(turn, totals));

    /// <summary>Nothing is decided; what is due falls due.</summary>
    public decimal Available() => Decide(turn => turn.State.Available);

    public WalletState Replayed(int fromRow = 0, byte[]? snapshot = null)
    {
        var state = snapshot is null ? new WalletState(Definition.Parent) : WalletSnapshot.Read(snapshot, Definition.Parent)!;
        foreach (var row in Rows.Skip(fromRow)) WalletReplay.Apply(state, row);
        return state;
    }
}

/// <summary>A child that keeps its own books, as a subscription does.</summary>
internal sealed class SimulatedChild(string name)
{
    public long Number { get; private set; }
    public decimal Received { get; private set; }
    public decimal Returned { get; private set; }
    public decimal Spent { get; private set; }
    public decimal Forced { get; private set; }
    public decimal Refunded { get; private set; }
    public decimal Left => Received + Forced - Returned - Spent;
    public string Name => name;
    public ChildTotals Totals => new(name, Number, Received, Returned, Spent, 0, Forced, Refunded);

    public void Receive(decimal amount) => (Number, Received) = (Number + 1, Received + amount);

    public void Return(decimal amount) => Returned += amount;

    public void Refund(decimal amount) => (Spent, Refunded) = (Spent - amount, Refunded + amount);

    public void Spend(decimal amount)
    {
        Forced += Math.Max(0, amount - Left);
        Spent += amount;
    }
}
