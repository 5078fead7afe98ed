// What wallets must hear although nobody calls the subscription again: a row of due work stands for it before it is appended.
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Late captures and corrections change what a wallet has without its asking. The row is a lease, as a wallet's own (<c>grains/Wallets/WalletDuties.cs</c>):
/// written first, due a while later, removed when all wallets have heard.
/// </summary>
public sealed class UntoldPurses(SubscriptionActivation self)
{
    /// <summary>Kind of the due work.</summary>
    public const string Kind = "purses";

    private Task? standing;

    /// <summary>Whether the row stands. Ask in the turn that appends: after any await it may be gone.</summary>
    public bool Stands { get; private set; }

    /// <summary>Writes the row; calls that come together share one. Throws a storage exception.</summary>
    public Task Stand() => standing is { IsCompleted: false } running ? running : standing = Write();

    /// <summary>Whether something was forced or refunded that a wallet may not have heard of.</summary>
    public bool MayBe => self.Session?.State.Purses.Exists(purse => purse.Forced > 0 || purse.Refunded > 0) ?? false;

    /// <summary>Tells. False: not everybody has heard. True: the row that was due may go.</summary>
    public async Task<bool> Work(Action requireOpen)
    {
        requireOpen();
        if (self.Session is null)
            return true;
        // What is appended from here on writes a row of its own, under another instant.
        Stands = false;
        return await self.Purses.TellForced() && self.Closed is null;
    }

    private async Task Write()
    {
        var at = self.Services.Clock.Now + NodaTime.Duration.FromTimeSpan(Limits.DueLease);
        await self.Services.Due.SetDue(new DueWork(at, Identifiers.SubscriptionChild(self.Id), Kind), CancellationToken.None);
        Stands = true;
    }
}
