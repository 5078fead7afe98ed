// The base class and marker interfaces a grain is written against, in Orleans' own namespaces so that grain sources are plain Orleans code.
using OrleansBilling.Embedded;

namespace Orleans.Runtime
{
    public interface IAddressable;
}

namespace Orleans
{
    public interface IGrain : IAddressable;

    public interface IGrainWithStringKey : IGrain;

    // Orleans also lets a class be a grain by this interface alone; here every grain derives from Grain.
    public interface IGrainBase
    {
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    public abstract class Grain : IGrainBase, IAddressable
    {
        // The constructor runs inside the activation's first turn, so the scheduler says which activation is being built.
        protected Grain() => Activation = TaskScheduler.Current as Activation
            ?? throw new InvalidOperationException($"{GetType()} can only be created by the engine.");

        internal Activation Activation { get; }

        protected IGrainFactory GrainFactory => Activation.Class.Engine;

        protected internal IServiceProvider ServiceProvider => Activation.Class.Engine.ServiceProvider;

        public string IdentityString => $"{Activation.Class.Name}/{Activation.Key}";

        protected void DeactivateOnIdle() => ((IGrainBase)this).DeactivateOnIdle();

        protected void DelayDeactivation(TimeSpan timeSpan) => Activation.Delay(timeSpan);

        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
