// BILLING_CRASH_AT: where this process kills itself, for tests.
using OrleansBilling.Storage;

namespace OrleansBilling.Silo;

internal static class CrashSetting
{
    /// <summary>What the environment says, told on standard error. Throws <see cref="StorageException"/> when there is no such point.</summary>
    public static CrashPoints Read()
    {
        if (Environment.GetEnvironmentVariable("BILLING_CRASH_AT") is not { Length: > 0 } crash)
            return CrashPoints.None;
        try
        {
            var points = CrashPoints.At(crash);
            Console.Error.WriteLine($"For tests only: this process kills itself at {crash}, because BILLING_CRASH_AT says so.");
            return points;
        }
        catch (ArgumentException fault)
        {
            throw new StorageException(StorageFailure.Refused, $"BILLING_CRASH_AT: {fault.Message}", fault);
        }
    }
}
