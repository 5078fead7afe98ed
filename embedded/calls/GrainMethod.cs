// What the generator knows about one interface method: its name for logs and time-outs, and how it may run beside others.
namespace OrleansBilling.Embedded;

[Flags]
public enum MessageKinds
{
    None = 0,
    AlwaysInterleave = 1,
    ReadOnly = 2,
    OneWay = 4,
    KeepsAlive = 8,
}

public sealed class GrainMethod(string interfaceName, string methodName, MessageKinds kinds, string? responseTimeout = null)
{
    public string Name { get; } = $"{interfaceName}.{methodName}";

    internal MessageKinds Kinds { get; } = kinds | MessageKinds.KeepsAlive;

    internal TimeSpan? ResponseTimeout { get; } = responseTimeout is null ? null : TimeSpan.Parse(responseTimeout);
}
