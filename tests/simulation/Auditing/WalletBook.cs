// A wallet's stream walked fact by fact: at no point more is handed out or paid than there is, with the limit in force then.
namespace OrleansBilling.Simulation.Tests.Auditing;

/// <summary>One child as the wallet knows it.</summary>
public sealed class ChildBook
{
    public List<decimal> Slices { get; } = [];
    public decimal Returned { get; set; }
    public decimal Spent { get; set; }
    public decimal Refunded { get; set; }
    public decimal Forced { get; set; }
    public decimal Out => Slices.Sum() - Returned - (Spent - Forced);
}

public sealed class WalletBook(string id, string? parent, Findings findings)
{
    private LimitsSet? limits;

    public string? Parent => parent;
    public Dictionary<string, ChildBook> Children { get; } = [];
    public List<CreditAdded> Credits { get; } = [];
    public Dictionary<string, PaidOut> Payments { get; } = [];
    public HashSet<string> Arrived { get; } = [];
    public Dictionary<long, decimal> Expired { get; } = [];
    public List<LimitsSet> AllLimits { get; } = [];

    /// <summary>Slices of the wallet around it, and what went back there.</summary>
    public List<decimal> ParentSlices { get; } = [];
    public decimal ParentReturned { get; private set; }

    /// <summary>What children forced and the slices of the wallet around did not cover.</summary>
    public decimal ParentForced { get; private set; }
    private decimal ParentLeft => ParentSlices.Sum() + ParentForced - ParentReturned - Spent - Out;

    /// <summary>The daily limit at work.</summary>
    public DayBook Day { get; } = new();

    public decimal Limit => limits?.Temporary ?? limits?.Limit ?? 0;
    public decimal Paid => Credits.Sum(credit => credit.Amount) - Payments.Values.Sum(payment => payment.Amount) - Expired.Values.Sum();
    public decimal Spent => Children.Values.Sum(child => child.Spent);
    public decimal Refunded => Children.Values.Sum(child => child.Refunded);
    public decimal Forced => Children.Values.Sum(child => child.Forced);
    public decimal Out => Children.Values.Sum(child => child.Out);

    /// <summary>What is neither spent nor handed out.</summary>
    public decimal Balance => Paid - Forced - Children.Values.Sum(child => child.Slices.Sum() - child.Returned);

    public void Apply(StoredFact fact, string at)
    {
        switch (fact)
        {
            case SliceGranted granted: Grant(granted, at); break;
            case ChildSettled settled: Settle(settled, at); break;
            case CreditAdded credit:
                findings.Require(!Credits.Exists(known => (known.From, known.Reference) == (credit.From, credit.Reference)), Kind.Twice, () => $"{at} adds {credit.Reference} again.");
                Credits.Add(credit);
                break;
            case PaidOut payment:
                findings.Require(payment.Amount <= Balance + Limit, Kind.OverSpend, () => $"{at}: {id} pays {payment.Amount} out of {Balance} and a limit of {Limit}.");
                findings.Require(Payments.TryAdd(payment.Reference, payment), Kind.Twice, () => $"{at} pays {payment.Reference} again.");
                break;
            case PaymentArrived arrived:
                var first = Payments.ContainsKey(arrived.Reference) && Arrived.Add(arrived.Reference);
                findings.Require(first, Kind.Twice, () => $"{at}: {arrived.Reference} arrives again.");
                break;
            case LimitsSet set: AllLimits.Add(limits = set); break;
            case TemporaryEnded: limits = limits is null ? null : limits with { Temporary = null }; break;
            case CreditExpired expired: Expire(expired, at); break;
            case ParentReceived slice:
                ParentSlices.Add(slice.Amount);
                findings.Require(slice.Number == ParentSlices.Count, Kind.Slices, () => $"{at} receives slice {slice.Number} of {parent} as the {ParentSlices.Count}th.");
                break;
            case ParentReturned back: ParentReturned += back.Amount; break;
            case DailyLimitSet set: Day.Set(set.Limit); break;
            case DayBegan began:
                findings.Require(began.Start <= began.Recorded && began.Recorded < began.End, Kind.Sums, () => $"{at} begins a day that is not now.");
                Day.Begin(Spent - Forced, Out);
                break;
            case Remark: break;
            default: findings.Add(Kind.Bytes, $"{at} has {fact.GetType().Name} in a wallet."); break;
        }

        findings.Require(parent is null || ParentLeft >= 0, Kind.OverSpend, () => $"{at}: {id} has {ParentLeft} left of {parent}.");
    }

    private void Grant(SliceGranted granted, string at)
    {
        findings.Require(limits?.Temporary is null || granted.Recorded < limits.Until, Kind.OverSpend, () => $"{at}: a temporary limit that is over counts for a grant.");
        findings.Require(granted.Amount <= Balance + Limit, Kind.OverSpend, () => $"{at}: {id} hands out {granted.Amount} of {Balance} and a limit of {Limit}.");
        if (!Children.TryGetValue(granted.Child, out var child))
            Children[granted.Child] = child = new ChildBook();
        child.Slices.Add(granted.Amount);
        findings.Require(granted.Number == child.Slices.Count && granted.Amount > 0, Kind.Slices, () => $"{at} grants slice {granted.Number} to {granted.Child} as the {child.Slices.Count}th.");
    }

    private void Settle(ChildSettled settled, string at)
    {
        if (!Children.TryGetValue(settled.Child, out var child))
        {
            findings.Add(Kind.Slices, $"{at}: {settled.Child} settles and has no slice.");
            return;
        }

        findings.Require(settled.Returned >= child.Returned && settled.Spent + settled.Refunded >= child.Spent + child.Refunded
            && settled.Refunded >= child.Refunded && settled.Forced >= child.Forced, Kind.Sums, () => $"{at}: totals of {settled.Child} fall.");
        var forced = settled.Forced > child.Forced;
        (child.Returned, child.Spent, child.Forced, child.Refunded) = (settled.Returned, settled.Spent, settled.Forced, settled.Refunded);
        if (forced)
            ParentForced += Math.Max(0, -ParentLeft);
        Day.Told(Spent - Forced, at);
        findings.Require(child.Out >= 0, Kind.OverSpend, () => $"{at}: {settled.Child} tells {-child.Out} more than it was given.");
    }

    private void Expire(CreditExpired expired, string at)
    {
        var credit = expired.Credit >= 1 && expired.Credit <= Credits.Count ? Credits[(int)expired.Credit - 1] : null;
        findings.Require(credit?.Expires <= expired.Recorded && expired.Amount >= 0 && expired.Amount <= credit.Amount, Kind.Sums, () => $"{at}: {expired.Amount} of credit {expired.Credit} expires.");
        findings.Require(Expired.TryAdd(expired.Credit, expired.Amount), Kind.Twice, () => $"{at}: credit {expired.Credit} expires again.");
    }
}
