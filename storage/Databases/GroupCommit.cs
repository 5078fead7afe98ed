// Concurrent calls that share transactions or statements: what queues up while one batch is under way becomes the next batch.
using System.Threading.Channels;

namespace OrleansBilling.Storage.Databases;

/// <summary>Each call has its own outcome: when a batch is refused, its calls are written one by one, so that one bad call fails alone.</summary>
sealed class GroupCommit<TItem, TResult>
{
    readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write;
    readonly int batchMax;
    readonly Channel<Call> queue;
    readonly Task running;

    public GroupCommit(int queueMax, int batchMax, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write)
    {
        (this.write, this.batchMax) = (write, batchMax);
        queue = Channel.CreateBounded<Call>(new BoundedChannelOptions(queueMax) { SingleReader = true });
        running = Task.Run(Run);
    }

    /// <summary>Ends when the item is durable. Cancelled before its batch begins: not written. Later: cancelling only ends the waiting.</summary>
    public async Task<TResult> Add(TItem item, CancellationToken cancel)
    {
        var call = new Call(item, cancel);
        try
        {
            await queue.Writer.WriteAsync(call, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new StorageException(StorageFailure.Unavailable, "The store has been closed.", e);
        }
        return await call.Task.WaitAsync(cancel);
    }

    public async Task Drain()
    {
        queue.Writer.TryComplete();
        await running;
    }

    async Task Run()
    {
        var batch = new List<Call>(batchMax);
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < batchMax && queue.Reader.TryRead(out var call))
                if (!call.Cancel.IsCancellationRequested) batch.Add(call);
            if (batch.Count > 0) await Write(batch);
        }
    }

    async Task Write(List<Call> batch)
    {
        try
        {
            var results = await write(batch.ConvertAll(call => call.Item));
            for (var i = 0; i < batch.Count; i++) batch[i].TrySetResult(results[i]);
        }
        catch (Exception e) when (batch.Count == 1 || IsEverybodys(e))
        {
            // An edge: whatever it is, it belongs to the callers; this loop goes on for the next ones.
            foreach (var call in batch) call.TrySetException(e);
        }
        catch
        {
            foreach (var call in batch) await Write([call]);
        }
    }

    // Away or in doubt concerns the whole batch; a refused statement may be the fault of one call.
    static bool IsEverybodys(Exception e) => e is StorageException { Failure: StorageFailure.Unknown }
        or StorageException { InnerException: not Npgsql.PostgresException { InvariantSeverity: "ERROR" } };

    sealed class Call(TItem item, CancellationToken cancel) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item { get; } = item;
        public CancellationToken Cancel { get; } = cancel;
    }
}
