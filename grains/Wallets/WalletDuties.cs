// What a wallet must not forget although nobody calls it: a row of due work stands for it before it happens.
using System.Globalization;
using System.Text.Json;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Grains.Wallets;

/// <summary>
/// The row is a lease: written before a decision that may leave something behind, due a while later, removed by whoever finds nothing left. So a
/// process that dies in between leaves a row, and a wallet that is busy writes one now and then.
/// </summary>
internal sealed class WalletDuties(string id, WalletServices services)
{
    /// <summary>Kind of the wallet's due work.</summary>
    public const string Kind = "wallet";

    private Task? standing;
    private TaskCompletionSource<bool>? telling;

    /// <summary>Whether a row stands for what the next decision may leave behind.</summary>
    public bool Stands { get; private set; }

    /// <summary>Writes the row; calls that come together share one. Throws <see cref="WalletUnavailableException"/>.</summary>
    public Task Stand() => standing is { IsCompleted: false } running ? running : standing = Write();

    /// <summary>Tells crossings that were not told. False: it is not known that all were.</summary>
    public async Task<bool> Tell(WalletActivation wallet)
    {
        if (telling is { } running)
            return await running.Task;
        // Before the first step: what is decided on the way comes here again.
        var mine = telling = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = false;
        try
        {
            return told = await TellAll(wallet);
        }
        finally
        {
            telling = null;
            mine.SetResult(told);
        }
    }

    /// <summary>Delivers payments, asks for a top-up and tells crossings. False: it is not known that all were told.</summary>
    public async Task<bool> Finish(WalletActivation wallet, WalletPayments payments, WalletTopUps topUps)
    {
        await payments.DeliverPending();
        var asked = await topUps.Tell();
        var booked = await payments.Books.Tell();
        return await Tell(wallet) && booked && asked;
    }

    /// <summary>Finishes what is pending, and asks how a top-up went. False: something is left. True: the row that was due may go.</summary>
    public async Task<bool> Work(WalletActivation wallet, WalletPayments payments, WalletTopUps topUps)
    {
        var told = await topUps.Ask() && await Finish(wallet, payments, topUps);
        // From here on there is no await: what is decided next finds no row and writes one.
        if (!told || wallet.State is { Untold.Count: > 0 } or { PendingTransfers.Count: > 0 } or { Books.Unbooked.Count: > 0 })
            return false;
        Stands = false;
        return true;
    }

    private async Task<bool> TellAll(WalletActivation wallet)
    {
        try
        {
            while (wallet.State is { Untold.Count: > 0 })
            {
                // What is answered is durable, and only that is told.
                var untold = await wallet.Decide(turn => turn.State.Untold.Take(Limits.AlertsTold).ToArray());
                await services.Notifications.Add([.. untold.Select(alert => NotificationOf(alert, wallet.Definition!))], CancellationToken.None);
                await wallet.Decide(turn =>
                {
                    if (untold.Length > 0)
                        turn.Record(new AlertsTold(turn.Recorded, untold[^1].Number));
                    return true;
                });
            }

            return true;
        }
        catch (Exception fault) when (fault is WalletUnavailableException or StorageException or TimeoutException)
        {
            WalletLog.AlertNotTold(services.Log, fault, id);
            return false;
        }
    }

    private async Task Write()
    {
        var at = services.Clock.Now + NodaTime.Duration.FromTimeSpan(Limits.DueLease);
        try
        {
            await services.Due.SetDue(new DueWork(at, Identifiers.WalletChild(id), Kind), CancellationToken.None);
            Stands = true;
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException)
        {
            throw new WalletUnavailableException($"Wallet {id}: the store is away.");
        }
    }

    // Without zeros that do not count: 0.5, 12.
    private static string Text(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);

    // The key is the crossing: told again it is the same message.
    private NewNotification NotificationOf(WalletAlert alert, Wallet wallet) => new($"wallet/{id}/{alert.Number}", Micros.Instant(alert.AtMicros),
        WordOf(alert.Kind), wallet.Owner, JsonSerializer.Serialize(new
        {
            Wallet = id, wallet.Currency, wallet.Unit, Threshold = Text(alert.Threshold),
            Available = alert.Kind == WalletAlertKind.LowWater ? Text(alert.Value) : null,
            Spent = alert.Kind == WalletAlertKind.DailyLimit ? Text(alert.Value) : null,
            Amount = alert.Kind == WalletAlertKind.TopUpDeclined ? Text(alert.Value) : null,
        }, BillingJson.Options));

    private static string WordOf(WalletAlertKind kind) => kind switch
    {
        WalletAlertKind.LowWater => "wallet_low_water",
        WalletAlertKind.DailyLimit => "daily_limit_reached",
        WalletAlertKind.TopUpDeclined => "wallet_top_up_declined",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not known among notifications."),
    };
}
