// Bounds of what keeps personal data apart.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Dimensions of a meter that may be declared personal.</summary>
    public const int PersonalDimensionsMax = 16;

    /// <summary>How often a process asks whether another one has declared dimensions personal.</summary>
    public static readonly TimeSpan PersonalPoll = TimeSpan.FromSeconds(1);

    /// <summary>How long a process goes on with a customer's secret: as long after its erasure another process may still use it.</summary>
    public static readonly TimeSpan PersonalSecretFresh = TimeSpan.FromMinutes(1);

    /// <summary>Secrets remembered by a process.</summary>
    public const int PersonalSecretsKept = 100_000;
}
