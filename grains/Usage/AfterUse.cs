// What follows when something was used, bought or corrected and is durable: fees that begin with it, and balances that it lowers.
namespace OrleansBilling.Grains.Usage;

/// <summary>Before the answer, so that nothing is forgotten; on most subscriptions there is nothing to do.</summary>
internal static class AfterUse
{
    /// <summary>Writes the rows of due work that it takes.</summary>
    public static ValueTask Done(SubscriptionActivation self)
    {
        var fees = FeeDesk.Used(self);
        return self.Terms is { Watched.Count: > 0 } terms ? Both(fees, self.Services.Balances.Changed(terms.Watched)) : fees;
    }

    /// <summary>The answer, when that is done.</summary>
    public static async Task<T> Of<T>(SubscriptionActivation self, Task<T> answer)
    {
        var done = await answer;
        await Done(self);
        return done;
    }

    private static async ValueTask Both(ValueTask fees, ValueTask balances)
    {
        await fees;
        await balances;
    }
}
