// Runs a property; a failure prints the seed, and BILLING_REPLAY="seed,gamma" runs exactly that case again.
using FsCheck;
using FsCheck.Fluent;

namespace OrleansBilling.BillingTests;

internal static class Properties
{
    private const string ReplayVariable = "BILLING_REPLAY";

    /// <summary>Checks 300 cases, silently while they hold.</summary>
    public static void ShouldHold<T>(this Gen<T> cases, Func<T, bool> holds)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable(ReplayVariable)?.Split(',') is [var seed, var gamma])
            config = config.WithReplay(ulong.Parse(seed), ulong.Parse(gamma));
        Check.One(config, Prop.ForAll(cases.ToArbitrary(), holds));
    }
}
