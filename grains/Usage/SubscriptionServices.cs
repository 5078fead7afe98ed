// What every subscription of a process shares.
using Microsoft.Extensions.Logging;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Grains.Dunning;
using OrleansBilling.Grains.Live;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>One object instead of many in each activation.</summary>
public sealed record SubscriptionServices(SubscriptionLoader Loader, TermsResolver Resolver, DefinitionWriter Writer, PurchasePricing Purchases,
    BalanceWatch Balances, IJournal Journal, BillingClock Clock,
    IGrainFactory Grains, UsageReporter Reporter, IDueWorkStore Due, CrashPoints Crash, ILogger<SubscriptionGrain> Log);
