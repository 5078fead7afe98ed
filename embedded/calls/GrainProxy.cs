// The base of generated references: an address, and the activation it was last found at.
namespace OrleansBilling.Embedded;

public abstract class GrainProxy : IGrainWithStringKey, IEquatable<GrainProxy>
{
    Activation? near;

    internal GrainClass Class { get; private set; } = null!;

    internal string Key { get; private set; } = null!;

    internal void Bind(GrainClass type, string key)
    {
        Class = type;
        Key = key;
    }

    internal Activation Locate()
    {
        if (near is { IsClosed: false } known) return known;
        return near = Class.Locate(Key);
    }

    protected Task<TResult> Ask<TResult>(GrainCall<TResult> call, CancellationToken token = default)
    {
        // At once and not through the task, as on Orleans.
        token.ThrowIfCancellationRequested();
        var engine = Class.Engine;
        call.Expect();
        if (token.CanBeCanceled) call.Cancellation = new Cancellation(call, token);
        Send(call, engine);
        return call.Answer;
    }

    // One-way: gone, with nobody waiting for an answer or a failure.
    protected void Tell<TResult>(GrainCall<TResult> call, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        Send(call, Class.Engine);
    }

    void Send(GrainCall call, EmbeddedEngine engine)
    {
        call.Target = this;
        engine.Work?.Enter();
        try
        {
            if (engine.IsStopping) engine.CheckSender(call);
            if (engine.Copier is { } copier) call.CopyArguments(copier);
            if (!call.IsOneWay) engine.Deadlines.Add(call);
            if (engine.Network is { } network)
            {
                call.Cancellation?.Observe();
                network.Send(call);
                return;
            }
            var activation = call.Activation = Locate();
            call.Cancellation?.Observe();
            activation.Post(call);
        }
        catch (Exception error)
        {
            // A call that cannot even be sent fails like any other: through its task.
            engine.Abandon(call, error);
        }
    }

    public bool Equals(GrainProxy? other) => other is not null && ReferenceEquals(Class, other.Class) && Key == other.Key;

    public sealed override bool Equals(object? obj) => Equals(obj as GrainProxy);

    public sealed override int GetHashCode() => HashCode.Combine(Class.Name, Key);

    public sealed override string ToString() => $"{Class.Name}/{Key}";
}
