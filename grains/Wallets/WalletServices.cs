// What every wallet of a process shares.
using Microsoft.Extensions.Logging;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Grains.Wallets;

/// <summary>One object in each activation.</summary>
public sealed record WalletServices(WalletLoader Loader, WalletSellers Sellers, DefinitionWriter Writer, BillingClock Clock, IDueWorkStore Due,
    INotificationStore Notifications, CrashPoints Crash, ILogger<WalletGrain> Log);
