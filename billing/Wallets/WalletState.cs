// A wallet's state: changed by facts only, so that replay and the first time come to the same.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>What an earlier command with a reference said; the same again is answered, another one is a conflict.</summary>
internal readonly record struct CommandBody(decimal Amount, decimal Credited, string To, long? ExpiresMicros)
{
    /// <summary>A daily limit: it moves nothing.</summary>
    public static CommandBody OfLimit(decimal limit) => new(limit, 0, "", null);

    /// <summary>A credit. No wallet has a blank for its name.</summary>
    public static CommandBody OfCredit(decimal amount, long? expiresMicros, bool isGiven) => new(amount, amount, isGiven ? " given" : "", expiresMicros);

    /// <summary>A withdrawal.</summary>
    public static CommandBody OfWithdrawal(decimal amount) => new(amount, 0, " withdrawn", null);
}

/// <summary>
/// Available = paid in − paid out − expired − forced + limit − what is out with children. A fact that does not fit is damage and throws
/// <see cref="PackedFormatException"/>; deciders ask first.
/// </summary>
public sealed class WalletState
{
    private readonly SortedDictionary<string, ChildAccount> children = new(StringComparer.Ordinal);

    /// <summary>A new wallet; with a parent, its purse of it.</summary>
    public WalletState(string? parent) => Purse = parent is null ? null : new Purse(parent, 1, countsUnits: false);

    /// <summary>Recorded time of the newest fact, µs.</summary>
    public long LastRecordedMicros { get; internal set; }
    /// <summary>What it holds of the wallet around it; null: it lies in none.</summary>
    public Purse? Purse { get; }
    /// <summary>Paid in minus paid out and expired.</summary>
    public decimal Paid { get; internal set; }
    /// <summary>Spent by children and not refunded, as told.</summary>
    public decimal Spent { get; internal set; }
    /// <summary>Spent by children once and come back to them, as told.</summary>
    public decimal Refunded { get; internal set; }
    /// <summary>Spent by children without cover, as told.</summary>
    public decimal Forced { get; internal set; }
    /// <summary>With children and not known to be spent or given back.</summary>
    public decimal Out { get; internal set; }
    /// <summary>The usual limit.</summary>
    public decimal UsualLimit { get; internal set; }
    /// <summary>The limit meanwhile.</summary>
    public decimal? TemporaryLimit { get; internal set; }
    /// <summary>When the temporary limit ends, µs.</summary>
    public long TemporaryUntilMicros { get; internal set; }
    /// <summary>The limit in force.</summary>
    public decimal Limit => TemporaryLimit ?? UsualLimit;
    /// <summary>What can be handed out; below 0 after forced entries or a lowered limit.</summary>
    public decimal Available => Lots.Balance + Limit;
    /// <summary>Amounts at which it tells that it runs low.</summary>
    public decimal[] LowWater { get; internal set; } = [];
    /// <summary>Those of them that it has fallen below.</summary>
    public IEnumerable<decimal> Low => LowWater.Where(amount => Available < amount);
    /// <summary>Children by name.</summary>
    public IReadOnlyDictionary<string, ChildAccount> Children => children;
    /// <summary>Credits that were numbered.</summary>
    public long Credits { get; internal set; }

    /// <summary>The daily spending plan; without a limit there is none.</summary>
    public DailyPlan Daily { get; } = new();
    /// <summary>Crossings that were numbered.</summary>
    public long Alerts { get; internal set; }
    /// <summary>Crossings that are not known to have been told, oldest first.</summary>
    public IReadOnlyList<WalletAlert> Untold => Alarms;
    /// <summary>Whether the next decision may have something to tell.</summary>
    public bool MayCross => Armed.Count > 0 || Daily.Usual is not null || TopUps.MayAsk;
    /// <summary>Whether the next decision may have something for the books by itself: a credit expires.</summary>
    public bool MayBook => Books.Account is not null && Lots.Lots.Count > 1;

    /// <summary>What of it belongs into its seller's books.</summary>
    public WalletBooks Books { get; } = new();

    /// <summary>Top-ups that it asks for itself.</summary>
    public TopUpPlan TopUps { get; } = new();

    internal List<WalletAlert> Alarms { get; } = [];
    internal CreditLots Lots { get; } = new();
    internal CommandLog Commands { get; } = new();
    internal SortedDictionary<string, PaidOut> Transfers { get; } = new(StringComparer.Ordinal);
    internal SortedSet<decimal> Armed { get; } = [];

    /// <summary>Payments that are not known to have arrived.</summary>
    public IReadOnlyCollection<PaidOut> PendingTransfers => Transfers.Values;

    /// <summary>Applies a fact.</summary>
    public void Apply(WalletFact fact)
    {
        LastRecordedMicros = Math.Max(LastRecordedMicros, fact.RecordedMicros);
        switch (fact)
        {
            case SliceGranted granted: Apply(granted); break;
            case ChildSettled settled: Apply(settled); break;
            case CreditAdded credit: Apply(credit); break;
            case PaidOut payment: Apply(payment); break;
            case PaymentArrived arrived: Fits(Transfers.Remove(arrived.Reference), "a payment arrived that was not made"); break;
            case LimitsSet limits: Apply(limits); break;
            case TemporaryLimitEnded: TemporaryLimit = null; break;
            case CreditExpired expired: Apply(expired); break;
            case FellBelow fell:
                Armed.ExceptWith(fell.Amounts);
                foreach (var amount in fell.Amounts) Alarm(fell, WalletAlertKind.LowWater, amount, Available);
                break;
            case AlertsTold told: Alarms.RemoveAll(alert => alert.Number <= told.Through); break;
            case DailyLimitSet daily: Daily.Set(daily.Limit); break;
            case DayBegan day: Daily.Begin(day, Spent); break;
            case DailyLimitRaised raised:
                Commands.Add(("", raised.Reference), CommandBody.OfLimit(raised.Limit));
                (Daily.Raised, Daily.IsReached) = (raised.Limit, false);
                break;
            case DailyLimitReached reached:
                Fits(Daily.Limit is not null, "a limit was reached that there is not");
                Daily.IsReached = true;
                Alarm(reached, WalletAlertKind.DailyLimit, Daily.Limit!.Value, Daily.SpentOf(Spent));
                break;
            case ParentSliceReceived slice:
                Fits(Purse is { } filled && slice.Number == filled.Slice + 1 && slice.Amount > 0, "a parent's slice does not follow");
                Purse!.Receive(slice.Number, slice.Amount);
                break;
            case Withdrawn withdrawn: Apply(withdrawn); break;
            case BooksBegan began:
                Fits(Purse is null && began.Paid == Paid, "books begin with another sum than was paid in");
                Books.Begin(began);
                break;
            case MoneyBooked booked: Books.Know(booked.Through); break;
            case TopUpFact topUp: Apply(topUp); break;
            case ParentSliceReturned back:
                Fits(Purse is { } emptied && back.Amount > 0 && back.Amount <= emptied.Available, "more was given back than was left");
                Purse!.Return(back.Amount);
                break;
            default: throw new ArgumentException($"{fact.GetType().Name} is no fact of a wallet.", nameof(fact));
        }

        foreach (var amount in LowWater)
            if (Available >= amount) Armed.Add(amount);
    }

    internal void Restore(string child, ChildAccount account) =>
        Fits(children.TryAdd(child, account) && account.Out >= 0, "a child is listed twice or holds less than nothing");

    internal static void Fits(bool holds, string otherwise)
    {
        if (!holds) throw new PackedFormatException(otherwise);
    }

    private void Alarm(WalletFact fact, WalletAlertKind kind, decimal threshold, decimal value) =>
        Alarms.Add(new WalletAlert(++Alerts, fact.RecordedMicros, kind, threshold, value));

    private void Apply(SliceGranted granted)
    {
        if (!children.TryGetValue(granted.Child, out var child)) children.Add(granted.Child, child = new ChildAccount());
        Fits(granted.Number == child.Number + 1 && granted.Amount > 0 && granted.Amount <= Available, "a slice does not follow or is not covered");
        Fits(Purse is null || granted.Amount <= Purse.Available, "a slice is not covered by the wallet around");
        (child.Number, child.LastAmount) = (granted.Number, granted.Amount);
        child.Granted += granted.Amount;
        Out += granted.Amount;
        Lots.Take(granted.Amount);
        Purse?.Hold(granted.Amount);
    }

    private void Apply(ChildSettled settled)
    {
        Fits(children.TryGetValue(settled.Child, out var child), "a child settles that was given nothing");
        var (returned, forced, refunded) = (settled.Returned - child!.Returned, settled.Forced - child.Forced, settled.Refunded - child.Refunded);
        var covered = settled.Spent - child.Spent + refunded - forced;
        Fits(returned >= 0 && covered >= 0 && forced >= 0 && refunded >= 0 && settled.Spent >= 0 && returned + covered <= child.Out + refunded,
            "a child settles what it was not given");
        Spent += settled.Spent - child.Spent;
        (child.Returned, child.Spent, child.Held) = (settled.Returned, settled.Spent, settled.Held);
        (child.Forced, child.Refunded) = (settled.Forced, settled.Refunded);
        Forced += forced;
        Refunded += refunded;
        Out += refunded - returned - covered;
        Lots.PutBack(returned);
        Lots.Take(forced);
        // What came back to a child is out with it again, here as in the wallet around.
        Purse?.Refund(refunded);
        Purse?.Hold(refunded);
        Purse?.Release(returned + covered);
        Purse?.Spend(covered);
        if (Purse is not { } purse) return;
        purse.Force(Math.Max(0, forced - purse.Available));
        purse.Spend(forced);
    }

    private void Apply(CreditAdded credit)
    {
        Fits(credit.Amount > 0, "a credit is not positive");
        Commands.Add((credit.From, credit.Reference), CommandBody.OfCredit(credit.Amount, credit.ExpiresMicros, credit.IsGiven));
        Paid += credit.Amount;
        Lots.Add(++Credits, credit.Amount, credit.ExpiresMicros);
        Books.Add(credit, Credits);
    }

    private void Apply(TopUpFact fact)
    {
        Fits(Purse is null || fact is TopUpRuleSet { Rule: null }, "a wallet inside another one asks for money itself");
        var open = TopUps.Open;
        TopUps.Apply(fact);
        if (fact is not TopUpEnded ended) return;
        if (ended.Amount == 0) Alarm(ended, WalletAlertKind.TopUpDeclined, open!.Below, open.Amount);
        else
        {
            Paid += ended.Amount;
            Lots.Add(++Credits, ended.Amount, null);
            Books.Add(ended);
        }
    }

    private void Apply(PaidOut payment)
    {
        Fits(payment.Amount > 0 && payment.Credited > 0 && payment.Amount <= Available, "a payment is not covered");
        Fits(Transfers.TryAdd(payment.Reference, payment), "a payment is made twice");
        Commands.Add(("", payment.Reference), new CommandBody(payment.Amount, payment.Credited, payment.To, null));
        Paid -= payment.Amount;
        Lots.Take(payment.Amount);
        Books.Add(payment);
    }

    private void Apply(Withdrawn withdrawn)
    {
        Fits(withdrawn.Amount > 0 && withdrawn.Amount <= Lots.Balance, "more was paid back than there was");
        Commands.Add(("", withdrawn.Reference), CommandBody.OfWithdrawal(withdrawn.Amount));
        Paid -= withdrawn.Amount;
        Lots.Take(withdrawn.Amount);
        Books.Add(withdrawn);
    }

    private void Apply(LimitsSet limits)
    {
        (UsualLimit, TemporaryLimit, TemporaryUntilMicros, LowWater) =
            (limits.CreditLimit, limits.TemporaryLimit, limits.UntilMicros, limits.LowWater);
        Armed.IntersectWith(limits.LowWater);
    }

    private void Apply(CreditExpired expired)
    {
        var left = Lots.Expire(expired.Credit);
        Fits(left == expired.Amount, "another amount expired than was left");
        Paid -= left;
        Books.Add(expired);
    }
}
