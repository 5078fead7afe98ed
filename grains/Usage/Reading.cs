// What a subscription tells: usage, slices, packages. Only what is durable, and only while this activation is the newest.
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>Figures are taken in one turn and told when all of them are durable.</summary>
internal static class Reading
{
    public static async Task<UsageReport> Usage(SubscriptionActivation self, string? period, CancellationToken cancel)
    {
        RequireOpen(self, "read");
        var now = self.Services.Clock.Now;
        if (self.Session is null)
            return new UsageReport { Exists = false, AsOfMicros = Micros.Of(now), Rows = [] };
        var rows = UsageRows.Of(self.Session.State, period, now);
        await UpToDate(self, cancel);
        return new UsageReport { Exists = true, AsOfMicros = Micros.Of(now), Rows = rows };
    }

    public static async Task<SliceReport[]> Slices(SubscriptionActivation self, CancellationToken cancel)
    {
        if (!await IsReady(self, cancel))
            return [];
        var reports = self.Purses.Reports();
        await UpToDate(self, cancel);
        return reports;
    }

    public static async Task<GrantReport> Grants(SubscriptionActivation self, CancellationToken cancel)
    {
        if (!await IsReady(self, cancel))
            return new GrantReport { Grants = [], AsOfMicros = self.NowMicros };
        var (grants, asOf) = (GrantDesk.Views(self), self.NowMicros);
        await UpToDate(self, cancel);
        return new GrantReport { Grants = grants, AsOfMicros = asOf };
    }

    public static async Task<EnquiryAnswer?> Enquire(SubscriptionActivation self, EnquiryCommand command, CancellationToken cancel)
    {
        if (!await IsReady(self, cancel))
            return null;
        var (enquiry, asOf) = (PriceEnquiry.Of(self.Session!.State, self.Terms!, UsageRecord.Of(command.Record.Span)), self.NowMicros);
        var answer = new EnquiryAnswer
        {
            Outcome = (byte)enquiry.Outcome, AsOfMicros = asOf, Parts = [.. enquiry.Parts.Select(part => Part(self.Terms!, part))],
            Funds = [.. enquiry.Funds.Select(fund =>
                new EnquiryFund { Wallet = fund.Funding.Wallet, IsUpstream = fund.Funding.IsUpstream, Required = fund.Required })],
        };
        await UpToDate(self, cancel);
        return answer;
    }

    private static EnquiryPart Part(SubscriptionTerms terms, PricedPart part)
    {
        var (identity, charge) = (part.Rated.Identity, part.Rated.Charge);
        var unit = charge.UnitPrice / charge.Per;
        return new EnquiryPart
        {
            Agreement = identity.Agreement, Plan = identity.Plan, PlanVersion = identity.PlanVersion, Charge = charge.Id,
            Kind = SealedLine.KindOf(identity, part.CoveredBy), Quantity = part.Rated.Quantity, Amount = part.Amount,
            UnitPrice = unit * part.Rated.Quantity == part.Amount ? unit : null, Fallback = charge.Fallback,
            Currency = terms.Legs.First(leg => leg.AgreementId == identity.Agreement).Currency,
        };
    }

    /// <summary>No figures are better than figures that leave something out.</summary>
    public static void RequireOpen(SubscriptionActivation self, string what)
    {
        if (self.Closed is { } why)
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be {what} now ({self.Refused(why)}).");
    }

    /// <summary>Ends when everything in the state is durable and nobody else has appended.</summary>
    public static async Task UpToDate(SubscriptionActivation self, CancellationToken cancel)
    {
        try
        {
            await self.Session!.UpToDate(cancel);
        }
        catch (JournalException fault)
        {
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be read now ({self.Poisoned(fault)}).");
        }
        catch (StorageException)
        {
            throw new SubscriptionUnavailableException($"Subscription {self.Id} cannot be read now: the store is away.");
        }
    }

    // False: there is no such subscription. What holds kept past their end is free.
    private static async Task<bool> IsReady(SubscriptionActivation self, CancellationToken cancel)
    {
        RequireOpen(self, "read");
        if (self.Session is null)
            return false;
        await self.Ready(cancel);
        RequireOpen(self, "read");
        HoldDesk.Expire(self.Session, self.NowMicros);
        PoolDesk.Fill(self.Session, self.Terms!, self.NowMicros);
        return true;
    }
}
