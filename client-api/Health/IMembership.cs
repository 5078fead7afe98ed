// Whether this process takes part in the engine's cluster.
namespace OrleansBilling.ClientApi.Health;

/// <summary>Registered by a host whose engine has clusters; without one the process is its own cluster.</summary>
public interface IMembership
{
    /// <summary>True from joining until leaving, or until the others have voted this process dead.</summary>
    bool IsLive { get; }
}
