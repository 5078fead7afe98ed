// Sends a chunk to its subscriptions, one call each, and brings the outcomes back into the order of the request.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Deliveries;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Events;

/// <summary>Whether events were left undecided, and why: what the HTTP status is made from.</summary>
public enum ChunkTrouble
{
    /// <summary>Everything was decided.</summary>
    None,
    /// <summary>Something was not taken for want of room.</summary>
    Overloaded,
    /// <summary>Something was not taken because the store is away.</summary>
    Unavailable,
    /// <summary>Something may or may not have been taken.</summary>
    OutcomeUnknown,
}

/// <summary>One grain call per subscription and chunk, never one per event.</summary>
public sealed partial class ChunkDispatcher(IPartyTree tree, PersonalSecrets secrets, SubscriptionDirectory directory, Continuations continuations,
    ParkedReports parked, ILogger<ChunkDispatcher> log)
{
    private static readonly Task<UsageAnswer> Nothing = Task.FromResult(new UsageAnswer { State = BatchState.Decided, Outcomes = [] });

    /// <summary>Decides every event of the chunk; the worst trouble of its groups is answered.</summary>
    public async Task<ChunkTrouble> Dispatch(EventChunk chunk, ApiCaller caller, CancellationToken cancel)
    {
        if (caller.Party is not null)
            await Hide(chunk, caller, cancel);
        if (chunk.HasPersonal && await Seal(chunk) is { } unsealed)
            return unsealed;
        if (chunk.Admission is not null && await Admit(chunk) is { } refused)
            return refused;
        var records = chunk.Grouped();
        var worst = chunk.GroupCount == 1
            ? await Brought(chunk, 0, Ask(chunk.Groups[0], records), records, cancel)
            : await All(chunk, records, cancel);
        // After a time-out a grain may still read it.
        if (worst != ChunkTrouble.OutcomeUnknown)
            chunk.GiveBack();
        return worst;
    }

    // The answers of all are waited for together and gone through in one go: a method of its own that waits for each would cost more than the call.
    private async Task<ChunkTrouble> All(EventChunk chunk, ReadOnlyMemory<byte> records, CancellationToken cancel)
    {
        var calls = new Task<UsageAnswer>[chunk.GroupCount];
        for (var group = 0; group < calls.Length; group++)
            calls[group] = Ask(chunk.Groups[group], records);
        await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<Task<ChunkTrouble>>? slow = null;
        for (var group = 0; group < calls.Length; group++)
        {
            if (!calls[group].IsCompletedSuccessfully || !IsPlain(chunk, group, await calls[group]))
                (slow ??= []).Add(Brought(chunk, group, calls[group], records, cancel));
        }

        return slow is null ? ChunkTrouble.None : (await Task.WhenAll(slow)).Max();
    }

    private static Task<UsageAnswer> Ask(in ChunkGroup group, ReadOnlyMemory<byte> records) =>
        group.Count == 0 ? Nothing : group.Subscription.Grain.Record(BatchOf(group, records), CancellationToken.None);

    // Decided, and nothing is left to do for it: what nearly all are.
    private bool IsPlain(EventChunk chunk, int group, UsageAnswer answer)
    {
        if (answer.State != BatchState.Decided || parked.MayWait(chunk.Groups[group].Subscription.Id))
            return false;
        Note(chunk, chunk.PositionsOf(group), answer);
        return !answer.Outcomes.AsSpan().Contains((byte)UsageOutcome.SubscriptionNotActive);
    }

    // Null: they may be sent.
    private static async Task<ChunkTrouble?> Admit(EventChunk chunk)
    {
        try
        {
            if (await chunk.Admission!([.. chunk.Groups.ToArray().Where(group => group.Count > 0).Select(group => group.Subscription.Id)]))
                return null;
            chunk.Fill(UsageOutcome.BackfillClosed);
            return ChunkTrouble.None;
        }
        catch (StorageException)
        {
            chunk.Fill(UsageOutcome.Unknown);
            return ChunkTrouble.Unavailable;
        }
    }

    // Null: every personal value is a hash now. What cannot be hashed is not sent.
    private async Task<ChunkTrouble?> Seal(EventChunk chunk)
    {
        try
        {
            var found = new Dictionary<NamedSubscription, byte[]>();
            foreach (var subscription in chunk.PersonalSubscriptions())
                found.Add(subscription, await secrets.Of(subscription.Id));
            chunk.Seal(found);
            return null;
        }
        catch (StorageException)
        {
            chunk.Fill(UsageOutcome.Unknown);
            return ChunkTrouble.Unavailable;
        }
    }

    private async Task Hide(EventChunk chunk, ApiCaller caller, CancellationToken cancel)
    {
        for (var group = 0; group < chunk.GroupCount; group++)
        {
            if (!await tree.SeesSubscription(caller, chunk.Groups[group].Subscription.Id, cancel))
                chunk.Hide(group);
        }
    }

    private async Task<ChunkTrouble> Brought(EventChunk chunk, int group, Task<UsageAnswer> call, ReadOnlyMemory<byte> records, CancellationToken cancel)
    {
        var subscription = chunk.Groups[group].Subscription;
        try
        {
            var answer = await call;
            // The activation lost its stream to another one: nothing was taken, and the next activation decides on what the other one wrote.
            if (answer.State == BatchState.Moved)
                answer = await Ask(chunk.Groups[group], records);
            var trouble = Note(chunk, chunk.PositionsOf(group), answer);
            if (parked.MayWait(subscription.Id))
                await parked.Arrived(subscription.Id, BatchOf(chunk.Groups[group], records));
            return trouble == ChunkTrouble.None ? await GoOn(chunk, group, subscription.Id, records, cancel) : trouble;
        }
        catch (StorageException)
        {
            Fill(chunk, group, UsageOutcome.Unknown);
            return ChunkTrouble.Unavailable;
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException or OperationCanceledException)
        {
            Unanswered(log, fault, subscription.Id);
            Fill(chunk, group, UsageOutcome.Unknown);
            return ChunkTrouble.OutcomeUnknown;
        }
    }

    // What happened after its subscription had ended is sent to the one that goes on, if there is one, and on from there.
    private async Task<ChunkTrouble> GoOn(EventChunk chunk, int group, string subscription, ReadOnlyMemory<byte> records, CancellationToken cancel)
    {
        for (var hops = 0; hops < Limits.MovesMax && chunk.Left(group) is { Length: > 0 } left; hops++)
        {
            if (await continuations.Of(subscription, cancel) is not { } next)
                return ChunkTrouble.None;
            subscription = next;
            var named = directory.Of(System.Text.Encoding.UTF8.GetBytes(next));
            var batch = new UsageBatch { Records = chunk.Of(group, left, records), Count = left.Length };
            var answer = await named.Grain.Record(batch, cancel);
            if (answer.State == BatchState.Moved)
                answer = await named.Grain.Record(batch, cancel);
            if (Note(chunk, left, answer) is var trouble and not ChunkTrouble.None)
                return trouble;
        }

        return ChunkTrouble.None;
    }

    private static UsageBatch BatchOf(in ChunkGroup group, ReadOnlyMemory<byte> records) =>
        new() { Records = records.Slice(group.Start, group.Bytes), Count = group.Count };

    private static ChunkTrouble Note(EventChunk chunk, ReadOnlySpan<int> positions, UsageAnswer answer)
    {
        for (var index = 0; index < answer.Outcomes.Length; index++)
            chunk.Events[positions[index]].Outcome = (UsageOutcome)answer.Outcomes[index];
        foreach (var limited in answer.Limited)
            chunk.Events[positions[limited.Index]].LimitingLevel = limited.Level;
        return answer.State switch
        {
            BatchState.Decided => ChunkTrouble.None,
            BatchState.Overloaded => ChunkTrouble.Overloaded,
            BatchState.Unavailable or BatchState.Parked => ChunkTrouble.Unavailable,
            _ => ChunkTrouble.OutcomeUnknown,
        };
    }

    private static void Fill(EventChunk chunk, int group, UsageOutcome outcome)
    {
        foreach (var position in chunk.PositionsOf(group))
            chunk.Events[position].Outcome = outcome;
    }

    [LoggerMessage(2001, LogLevel.Warning, "Subscription {Subscription} did not answer: its events are unknown")]
    private static partial void Unanswered(ILogger log, Exception fault, string subscription);
}
