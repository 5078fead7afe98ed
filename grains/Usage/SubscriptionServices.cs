// What every subscription of a process shares.
using Microsoft.Extensions.Logging;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>One object instead of seven in each activation.</summary>
public sealed record SubscriptionServices(SubscriptionLoader Loader, TermsResolver Resolver, DefinitionWriter Writer, IJournal Journal, BillingClock Clock,
    IGrainFactory Grains, ILogger<SubscriptionGrain> Log);
