// The caller's token and the grain's token of one call: the caller is answered at once, the grain learns of it in a turn of its own.
namespace OrleansBilling.Embedded;

internal sealed class Cancellation(GrainCall call, CancellationToken outer)
{
    readonly CancellationTokenSource inner = new();
    CancellationTokenRegistration registration;

    internal CancellationToken Token => inner.Token;

    internal void Observe() => registration = outer.UnsafeRegister(static state => ((Cancellation)state!).OnCallerCancelled(), this);

    internal void Release() => registration.Unregister();

    internal void Cancel()
    {
        if (call.Activation is { } activation) activation.Post(new ActionTurn(_ => CancelNow(activation)));
        else inner.Cancel();
    }

    void OnCallerCancelled()
    {
        call.AnswerCancelled(outer);
        Cancel();
    }

    void CancelNow(Activation activation)
    {
        try
        {
            inner.Cancel();
        }
        catch (AggregateException error)
        {
            activation.Class.Engine.Log.CallbackFailed(error, call.Name, activation);
        }
    }
}
