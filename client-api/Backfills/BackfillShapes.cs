// Body and answers of backfills.
using NodaTime;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Backfills;

/// <summary>Old usage is to be added.</summary>
public sealed record BackfillBody
{
    /// <summary>Chosen by the caller; the same id with the same reason is the same backfill.</summary>
    public required string Id { get; init; }
    /// <summary>Why, for those who read the history.</summary>
    public required string Reason { get; init; }
}

/// <summary>A backfill.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why it was made.</param>
/// <param name="State">open: takes events. closed: takes none. reverting: being taken back, goes on by itself. reverted: nothing of it stands.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="ClosesAt">It takes events before this.</param>
/// <param name="ChangedAt">When it came into its state.</param>
/// <param name="Subscriptions">How many subscriptions were sent events of it.</param>
public sealed record BackfillShape(string Id, string Reason, string State, Instant OpenedAt, Instant ClosesAt, Instant ChangedAt, long Subscriptions);

/// <summary>A backfill with what it has come to.</summary>
/// <param name="Backfill">The backfill.</param>
/// <param name="Accepted">Events that were accepted, those that were taken back included.</param>
/// <param name="Amounts">What stands of it, by agreement.</param>
public sealed record BackfillTotals(BackfillShape Backfill, long Accepted, IReadOnlyList<BackfilledAmount> Amounts);

/// <summary>What stands on one agreement.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Amount">Exact.</param>
public sealed record BackfilledAmount(string Agreement, ExactMoney Amount);
