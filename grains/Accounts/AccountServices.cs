// What every account of a process shares.
using OrleansBilling.Storage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>One object in each activation.</summary>
public sealed record AccountServices(IAccountStore Store, BillingClock Clock, IDocumentStore Documents, IDueWorkStore Due, Catalogue Catalogue,
    PayoutIssuer Payouts, FxBook Fx, PurchasePricing Purchases, CrashPoints Crash);
