// What an activation handles under the rules of turns: a call or the tick of a timer.
namespace OrleansBilling.Embedded;

public abstract class Message : Turn
{
    internal Message(MessageKinds kinds) => Kinds = kinds;

    internal MessageKinds Kinds { get; }

    internal bool Is(MessageKinds kind) => (Kinds & kind) != 0;

    internal abstract string Name { get; }

    internal sealed override void Run(TurnQueue queue) => ((Activation)queue).Arrive(this);

    // Runs grain code; the message says Ended to its activation when that is over.
    internal abstract void Begin(Activation activation);

    // The activation is gone: on to the next one, or forgotten.
    internal abstract void MoveOn(EmbeddedEngine engine);

    internal abstract void Refuse(Exception reason);
}
