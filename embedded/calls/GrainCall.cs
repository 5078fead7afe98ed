// One call on its way: arguments in the generated subclass, the caller's promise here.
using Orleans.Storage;

namespace OrleansBilling.Embedded;

public abstract class GrainCall(GrainMethod method) : Message(method.Kinds)
{
    internal GrainMethod Method { get; } = method;

    internal override string Name => Method.Name;

    internal GrainProxy Target { get; set; } = null!;

    internal Activation? Activation { get; set; }

    internal Cancellation? Cancellation { get; set; }

    internal DeadlineLink Deadline;

    // Sent by a grain while the host stops: still served, since it may be what that grain has to do before it ends.
    internal bool IsLastWish { get; set; }

    bool expired;

    // Nobody waits for it any more and it has not begun: it never will.
    private protected bool IsExpired => expired;

    internal abstract bool IsAnswered { get; }

    // What the grain sees as its token: never the caller's own, so that it is cancelled between turns and not in the middle of one.
    protected CancellationToken Token => Cancellation?.Token ?? CancellationToken.None;

    internal bool IsOneWay => Is(MessageKinds.OneWay);

    // In tests: arguments become the receiver's own, so that state shared by accident shows.
    public virtual void CopyArguments(MessageCopier copier)
    {
    }

    internal abstract void Expect();

    // For a simulation: executed, but nobody is told.
    internal abstract GrainCall WithoutAnswer();

    internal abstract void AnswerCancelled(CancellationToken token);

    // How often an activation that was leaving has sent it on.
    int forwards;

    // A grain that leaves whenever it is activated would otherwise be activated for this call again and again.
    internal override void MoveOn(EmbeddedEngine engine)
    {
        if (forwards < engine.MaxForwardCount)
        {
            forwards++;
            engine.Deliver(this);
            return;
        }
        engine.Abandon(this, new OrleansMessageRejectionException(
            $"Forwarding failed: {Name} of {Target} was sent on {forwards} times, each time to an activation that was leaving."));
    }

    internal GrainCall Duplicate(MessageCopier? copier)
    {
        var twin = (GrainCall)MemberwiseClone();
        twin.Next = null;
        twin.Deadline = default;
        if (copier is not null) twin.CopyArguments(copier);
        return twin;
    }

    internal void TimeOut(TimeSpan after)
    {
        expired = true;
        Refuse(new TimeoutException($"{Name} of {Target} gave no answer within {after}."));
        Cancellation?.Cancel();
    }

    private protected void End(Activation activation)
    {
        activation.Class.Engine.Deadlines.Remove(this);
        Cancellation?.Release();
        activation.Ended(this);
    }

    // A stale activation must not answer again; which one is stale is written in the exception by its own state.
    private protected static void DropIfStale(Exception error, Activation activation)
    {
        if (error is InconsistentStateException stale && ReferenceEquals(stale.StaleActivation, activation))
            activation.RequestDeactivation(new(DeactivationReasonCode.ApplicationError, stale, "Its state was stale."));
    }
}

public abstract class GrainCall<TResult>(GrainMethod method) : GrainCall(method)
{
    TaskCompletionSource<TResult>? answer;
    Task? work;

    internal Task<TResult> Answer => answer!.Task;

    internal sealed override bool IsAnswered => answer is null || answer.Task.IsCompleted;

    // Generated: calls the method on the grain and passes its task to one of the Complete overloads.
    protected abstract void Invoke(object grain);

    protected virtual bool AnswerIsImmutable => false;

    // A caller never goes on inside the turn that answers it, since a turn has a scheduler of its own and nothing is inlined there. Somebody who waits
    // for many answers is only told that there is one more of them, and that at once: to queue it would cost as much as the call.
    internal sealed override void Expect() => answer = new();

    internal sealed override GrainCall WithoutAnswer()
    {
        answer = null;
        return this;
    }

    internal sealed override void Refuse(Exception reason)
    {
        if (answer is null) return;
        if (reason is OperationCanceledException { CancellationToken.IsCancellationRequested: true } cancelled)
            answer.TrySetCanceled(cancelled.CancellationToken);
        else answer.TrySetException(reason);
    }

    internal sealed override void AnswerCancelled(CancellationToken token) => answer?.TrySetCanceled(token);

    internal sealed override void Begin(Activation activation)
    {
        Activation = activation;
        if (IsExpired)
        {
            End(activation);
            return;
        }
        try
        {
            Invoke(activation.Instance!);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    protected void Complete(Task<TResult> task)
    {
        if (task.IsCompletedSuccessfully) Succeed(task.GetAwaiter().GetResult());
        else Follow(task);
    }

    protected void Complete(ValueTask<TResult> task)
    {
        if (task.IsCompletedSuccessfully) Succeed(task.GetAwaiter().GetResult());
        else Follow(task.AsTask());
    }

    protected void Complete(Task task)
    {
        if (task.IsCompletedSuccessfully) Succeed(default!);
        else Follow(task);
    }

    protected void Complete(ValueTask task)
    {
        if (task.IsCompletedSuccessfully) Succeed(default!);
        else Follow(task.AsTask());
    }

    // The call itself remembers what it follows: an async method for it would be one more object for every call.
    void Follow(Task task)
    {
        work = task;
        task.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    void Finish()
    {
        try
        {
            if (work is Task<TResult> typed)
            {
                Succeed(typed.GetAwaiter().GetResult());
                return;
            }
            work!.GetAwaiter().GetResult();
            Succeed(default!);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    void Succeed(TResult result)
    {
        var activation = Activation!;
        if (answer is not null)
        {
            var copier = AnswerIsImmutable ? null : activation.Class.Engine.Copier;
            answer.TrySetResult(copier is null ? result : copier.Copy(result));
        }
        End(activation);
    }

    void Fail(Exception error)
    {
        var activation = Activation!;
        DropIfStale(error, activation);
        if (answer is null) activation.Class.Engine.Log.OneWayFailed(error, Name, activation);
        else Refuse(error);
        End(activation);
    }
}
