// What every account of a process shares.
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>One object in each activation.</summary>
public sealed record AccountServices(IAccountStore Store, IDocumentStore Documents, BillingClock Clock);
