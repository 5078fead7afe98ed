// What happened to a wallet, newest first, read from its journal.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>One journaled fact. Which members there are depends on its kind.</summary>
/// <param name="At">When it was recorded.</param>
/// <param name="Kind">top_up, grant, transfer_in, transfer_out, transfer_arrived, withdrawn, expired, slice_granted, settled, limit_set,
/// temporary_limit_ended, low_water, alerts_told, daily_limit_set, day_began, daily_limit_raised, daily_limit_reached, parent_slice_received,
/// parent_slice_returned, auto_top_up_set, auto_top_up_asked, auto_top_up_paid, auto_top_up_declined, auto_top_up_resumed.</param>
/// <param name="Amount">In or out, granted, given back; of a settlement: spent so far.</param>
/// <param name="Reference">Of a payment.</param>
/// <param name="Party">The other wallet, or the child.</param>
/// <param name="Returned">Of a settlement: given back so far.</param>
/// <param name="Forced">Of a settlement: spent without cover so far.</param>
/// <param name="Below">Of low_water: the amounts that it fell below; of auto_top_up: that of its rule.</param>
/// <param name="ExpiresAt">Of a top-up; of a temporary limit: its end.</param>
public sealed record MovementView(Instant At, string Kind, WalletAmount? Amount = null, string? Reference = null, string? Party = null,
    WalletAmount? Returned = null, WalletAmount? Forced = null, IReadOnlyList<WalletAmount>? Below = null, Instant? ExpiresAt = null);

/// <summary>Reads a page of movements.</summary>
public sealed class WalletHistory(IJournal journal)
{
    /// <summary>
    /// A page; a cursor names the place of the last movement of the page before. Null: the cursor is none. A page looks at a bounded number of rows,
    /// so it may be short although there are more.
    /// </summary>
    public async Task<PageOf<MovementView>?> Read(long stream, Wallet wallet, Page page, CancellationToken cancel)
    {
        if (Place(page.Cursor) is not var (version, index))
            return null;
        if (version == 0)
            (version, index) = (await journal.Head(stream, cancel), int.MaxValue);
        var movements = new List<MovementView>();
        for (var looked = 0; version > 0 && looked < Limits.HistoryRowsMax;)
        {
            var from = Math.Max(1, version - page.Limit);
            var rows = new List<JournalRow>();
            await foreach (var row in journal.Read(stream, from, version, cancel)) rows.Add(row);
            for (var i = rows.Count - 1; i >= 0; i--)
            {
                var facts = WalletReplay.Read(rows[i].Frames.Span);
                for (var at = Math.Min(index, facts.Count) - 1; at >= 0; at--)
                {
                    if (movements.Count == page.Limit)
                        return new PageOf<MovementView>(movements, Cursor(rows[i].Version, at + 1));
                    // What the books know moves nothing.
                    if (facts[at] is not (BooksBegan or MoneyBooked)) movements.Add(ViewOf(facts[at], wallet));
                }

                index = int.MaxValue;
            }

            looked += rows.Count;
            version = from - 1;
        }

        return new PageOf<MovementView>(movements, version > 0 ? Cursor(version, int.MaxValue) : null);
    }

    private static MovementView ViewOf(WalletFact fact, Wallet wallet)
    {
        var at = Micros.Instant(fact.RecordedMicros);
        WalletAmount Amount(decimal value) => WalletAmount.Of(value, wallet);
        return fact switch
        {
            SliceGranted granted => new(at, "slice_granted", Amount(granted.Amount), Party: granted.Child),
            ChildSettled settled => new(at, "settled", Amount(settled.Spent), Party: settled.Child, Returned: Amount(settled.Returned),
                Forced: Amount(settled.Forced)),
            CreditAdded credit => new(at, credit.From.Length > 0 ? "transfer_in" : credit.IsGiven ? "grant" : "top_up", Amount(credit.Amount), credit.Reference,
                credit.From.Length == 0 ? null : credit.From, ExpiresAt: credit.ExpiresMicros is { } expires ? Micros.Instant(expires) : null),
            PaidOut payment => new(at, "transfer_out", Amount(payment.Amount), payment.Reference, payment.To),
            Withdrawn withdrawn => new(at, "withdrawn", Amount(withdrawn.Amount), withdrawn.Reference),
            PaymentArrived arrived => new(at, "transfer_arrived", Reference: arrived.Reference),
            LimitsSet limits => new(at, "limit_set", Amount(limits.TemporaryLimit ?? limits.CreditLimit),
                ExpiresAt: limits.TemporaryLimit is null ? null : Micros.Instant(limits.UntilMicros)),
            TemporaryLimitEnded => new(at, "temporary_limit_ended"),
            CreditExpired expired => new(at, "expired", Amount(expired.Amount)),
            FellBelow fell => new(at, "low_water", Below: [.. fell.Amounts.Select(Amount)]),
            AlertsTold => new(at, "alerts_told"),
            DailyLimitSet daily => new(at, "daily_limit_set", daily.Limit is { } limit ? Amount(limit) : null),
            DayBegan day => new(at, "day_began", ExpiresAt: Micros.Instant(day.EndMicros)),
            DailyLimitRaised raised => new(at, "daily_limit_raised", Amount(raised.Limit), raised.Reference),
            DailyLimitReached => new(at, "daily_limit_reached"),
            ParentSliceReceived slice => new(at, "parent_slice_received", Amount(slice.Amount)),
            TopUpRuleSet set => new(at, "auto_top_up_set", set.Rule is { } rule ? Amount(rule.Amount) : null,
                Below: set.Rule is { } armed ? [Amount(armed.Below)] : null),
            TopUpAsked asked => new(at, "auto_top_up_asked", Amount(asked.Amount), TopUpDecider.ReferenceOf(asked.Number), Below: [Amount(asked.Below)]),
            TopUpEnded { Amount: > 0 } paid => new(at, "auto_top_up_paid", Amount(paid.Amount), TopUpDecider.ReferenceOf(paid.Number)),
            TopUpEnded declined => new(at, "auto_top_up_declined", Reference: TopUpDecider.ReferenceOf(declined.Number)),
            TopUpsResumed => new(at, "auto_top_up_resumed"),
            ParentSliceReturned back => new(at, "parent_slice_returned", Amount(back.Amount)),
            _ => throw new ArgumentException($"{fact.GetType().Name} has no view.", nameof(fact)),
        };
    }

    private static string Cursor(long version, int index) => string.Create(CultureInfo.InvariantCulture, $"{version}.{index}");

    // Version 0: from the newest on.
    private static (long Version, int Index)? Place(string? cursor)
    {
        if (cursor is null)
            return (0, 0);
        return cursor.Split('.') is [var first, var second]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0
            ? (version, index)
            : null;
    }
}
