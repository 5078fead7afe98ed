// Tells the account of a wallet's seller what happened to the money, in order, until it stands there.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Wallets;

/// <summary>
/// Entries are numbered in the wallet's journal; the account takes the next one and knows those that it has. So an entry that is told again, by this
/// activation or another one, stands once, and a wallet that dies in between goes on by its row of due work.
/// </summary>
internal sealed class WalletBookkeeping(WalletActivation wallet, WalletServices services, IGrainFactory grains)
{
    private TaskCompletionSource<bool>? telling;

    /// <summary>Books that have begun stay where they are; what is no wallet at all the writer refuses.</summary>
    public DefineAnswer? OfOthers(DefineCommand command) =>
        wallet.State?.Books.Account is { } account && DefinitionWriter.SellerNamed(command) is { } named && AccountKey.Parse(account).Seller != named
            ? DefinitionWriter.Refused(FieldErrors.Of("seller", $"its money stands in the books of \"{AccountKey.Parse(account).Seller}\" already"),
                DefineOutcome.Conflict)
            : null;

    /// <summary>The account whose books begin with the next payment, or why that cannot be said. Both null: they have begun, or there are none.</summary>
    public async Task<(string? Account, WalletAnswer? Refusal)> Begin(Wallet definition, CancellationToken cancel)
    {
        if (wallet.State is not { Books.Account: null })
            return (null, null);
        var accounts = await services.Sellers.Of(definition, cancel);
        return accounts.Count > 1
            ? (null, new WalletAnswer { Outcome = WalletOutcome.Invalid, Field = "seller",
                Detail = $"wallet \"{wallet.Id}\" must name its seller, one of: {string.Join(", ", accounts.Select(account => account.Seller))}" })
            : (accounts.SingleOrDefault()?.Id, null);
    }

    /// <summary>Tells what was not told. False: it is not known that all of it stands there.</summary>
    public async Task<bool> Tell()
    {
        if (telling is { } running)
            return await running.Task;
        var mine = telling = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = false;
        try
        {
            while (wallet.State is { Books.Unbooked.Count: > 0 })
                await TellSome();
            return told = true;
        }
        catch (Exception fault) when (fault is WalletUnavailableException or AccountUnavailableException or StorageException or TimeoutException
            or OrleansException)
        {
            WalletLog.NotBooked(services.Log, fault, wallet.Id);
            return false;
        }
        finally
        {
            telling = null;
            mine.SetResult(told);
        }
    }

    private async Task TellSome()
    {
        // What is answered is durable, and only that is told.
        var (account, entries) = await wallet.Decide(turn => (turn.State.Books.Account!, turn.State.Books.Unbooked.Take(Limits.WalletEntriesTold).ToArray()));
        foreach (var entry in entries)
            await Tell(AccountKey.Parse(account), entry);
        services.Crash.Reach(CrashPoints.WalletBooked);
        await wallet.Decide(turn =>
        {
            if (entries.Length > 0) PaymentDecider.Booked(turn, entries[^1].Number);
            return true;
        });
    }

    private async Task Tell(AccountKey account, WalletBooking entry)
    {
        var at = Micros.Instant(entry.AtMicros);
        var fact = new WalletMoney
        {
            Wallet = wallet.Id, Number = entry.Number, Kind = WordOf(entry.Kind), Amount = entry.Amount, At = at,
            Reference = entry.Reference.Length == 0 ? null : entry.Reference, Other = entry.Other.Length == 0 ? null : entry.Other,
            Receipt = entry.Receipt is null ? null : await services.Sellers.Receipt(wallet.Id, account, entry, at, CancellationToken.None),
        };
        var answer = await grains.GetGrain<IAccountGrain>(account.Id).Execute(new AccountMessage
        {
            Command = new BookWallet(fact).ToText(), Actor = entry.Actor.Length == 0 ? "system" : entry.Actor,
        });
        if (answer.Refusal is { } refusal)
            throw new AccountUnavailableException($"Account {account.Id}: entry {entry.Number} of wallet {wallet.Id} is refused ({refusal}): {answer.Detail}");
    }

    private static string WordOf(BookingKind kind) => kind switch
    {
        BookingKind.Opened => WalletMoney.Opened,
        BookingKind.ToppedUp => WalletMoney.ToppedUp,
        BookingKind.Given => WalletMoney.Given,
        BookingKind.CameIn => WalletMoney.CameIn,
        BookingKind.WentOut => WalletMoney.WentOut,
        BookingKind.BoughtUnits => WalletMoney.BoughtUnits,
        BookingKind.Expired => WalletMoney.Expired,
        BookingKind.GivenExpired => WalletMoney.GivenExpired,
        BookingKind.Withdrawn => WalletMoney.Withdrawn,
        BookingKind.Charged => WalletMoney.Charged,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not known in the books."),
    };
}
