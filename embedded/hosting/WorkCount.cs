// Counts messages under way, so that a clock advanced by hand can wait until all that fell due has run.
namespace OrleansBilling.Embedded;

internal sealed class WorkCount
{
    readonly Lock gate = new();
    TaskCompletionSource? rest;
    long underWay;

    internal void Enter()
    {
        lock (gate) underWay++;
    }

    internal void Leave()
    {
        TaskCompletionSource? done = null;
        lock (gate)
        {
            if (--underWay == 0) (done, rest) = (rest, null);
        }
        done?.TrySetResult();
    }

    internal Task WhenAtRest()
    {
        lock (gate)
        {
            if (underWay == 0) return Task.CompletedTask;
            rest ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return rest.Task;
        }
    }
}
