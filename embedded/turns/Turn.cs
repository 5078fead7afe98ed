// One thing to do in a turn of an activation, linked into its inbox without a node of its own.
namespace OrleansBilling.Embedded;

public abstract class Turn
{
    internal Turn()
    {
    }

    internal Turn? Next { get; set; }

    internal abstract void Run(TurnQueue queue);
}

// The rest of a method after an await, or whatever was started on the activation's scheduler.
internal sealed class TaskTurn(Task task) : Turn
{
    internal override void Run(TurnQueue queue) => queue.RunTask(task);
}

// A piece of the engine's own work that must happen between the turns of grain code.
internal sealed class ActionTurn(Action<Activation> action) : Turn
{
    internal override void Run(TurnQueue queue) => action((Activation)queue);
}
