// Decides grants on one subscription. Deterministic, no I/O.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Allowances;

/// <summary>How a grant ended. Travels in messages: never renumber.</summary>
public enum GrantOutcome : byte
{
    /// <summary>Granted, now or by an earlier call with the same content.</summary>
    Done = 0,
    /// <summary>It does not fit the subscription: see <see cref="GrantDecision.Field"/>.</summary>
    Invalid = 1,
    /// <summary>The id stands for another grant.</summary>
    Conflict = 2,
    /// <summary>The subscription has as many as it may have.</summary>
    TooMany = 3,
    /// <summary>The subscription has ended.</summary>
    NotActive = 4,
    /// <summary>A purse has too little for the price: see <see cref="GrantDecision.Short"/>.</summary>
    Short = 5,
    /// <summary>Nothing may be bought for the subscription: see <see cref="SubscriptionTerms.Gate"/>.</summary>
    Stopped = 6,
    /// <summary>The price goes on an account that has a service balance, and nobody has looked at it: see <see cref="GrantDecision.Bought"/>.</summary>
    Unadmitted = 7,
}

/// <summary>What was decided. The state has changed already: the frame (empty: nothing changed) must be appended in the same turn.</summary>
public readonly record struct GrantDecision(GrantOutcome Outcome, Grant? Grant, ReadOnlyMemory<byte> Frame, Shortage? Short, string Field, string Detail)
{
    /// <summary>What would be bought, where it is not admitted.</summary>
    public (string Agreement, NodaTime.LocalDate LastDay)? Bought { get; private init; }

    internal static GrantDecision Of(GrantOutcome outcome, Grant? grant = null) => new(outcome, grant, default, null, "", "");

    internal static GrantDecision Unadmitted(string agreement, NodaTime.LocalDate lastDay) =>
        Of(GrantOutcome.Unadmitted) with { Bought = (agreement, lastDay) };

    internal static GrantDecision Wrong(string field, string detail) => new(GrantOutcome.Invalid, null, default, null, field, detail);
}

/// <summary>A grant belongs to one leg and meter; its price is taken from the wallet of a leg that has one, else invoiced.</summary>
public static class GrantDecider
{
    /// <summary>Decides one. An empty <see cref="GrantRequest.Agreement"/> is the only leg that the caller may mean.</summary>
    /// <param name="seller">The party that grants: only legs in which it sells. Null: any leg.</param>
    /// <param name="isAdmitted">Whether the service balance was looked at that a price on account needs (domain 0.3, rule 26).</param>
    public static GrantDecision Decide(SubscriptionState state, SubscriptionTerms terms, GrantRequest asked, string? seller, long nowMicros,
        bool isAdmitted = true)
    {
        if (LegOf(terms, asked.Agreement, seller) is not (>= 0 and var index))
            return GrantDecision.Wrong("agreement", asked.Agreement.Length == 0
                ? "is needed: which leg of the subscription?"
                : $"\"{asked.Agreement}\" is no agreement of this subscription in which you sell");
        var leg = terms.Legs[index];
        var request = asked with { Agreement = leg.AgreementId };
        if (state.Grants.Find(request.Id) is { } known)
            return known.Request == request ? GrantDecision.Of(GrantOutcome.Done, known) : GrantDecision.Of(GrantOutcome.Conflict);
        if (!terms.KnownMeters.Contains(request.Meter))
            return GrantDecision.Wrong("meter", $"\"{request.Meter}\" is not defined");
        if (leg.Reads(request.Meter))
            return GrantDecision.Wrong("meter", $"\"{request.Meter}\" is not added up: its plan may include units, a package cannot pay for them");
        if (nowMicros >= terms.EndsAtMicros)
            return GrantDecision.Of(GrantOutcome.NotActive);
        if (terms.Gate.Status.StopsBuying())
            return GrantDecision.Of(GrantOutcome.Stopped);
        state.ForgetGrants(nowMicros - (Limits.IdRetention.BclCompatibleTicks / 10));
        if (state.Grants.Packages >= Limits.GrantsMax)
            return GrantDecision.Of(GrantOutcome.TooMany);
        var recorded = Math.Max(nowMicros, state.LastRecordedMicros);
        var period = leg.Calendar.PeriodAt(Micros.Instant(recorded));
        if (request is { Rollover: not RolloverRule.None, ExpiresMicros: null })
            return GrantDecision.Wrong("rollover", "is of a package that expires: expires_at is missing");
        var grant = new Grant(state.Grants.Next, request, recorded, request.StartsMicros ?? Micros.Of(period.Start))
        {
            UntilMicros = Until(request, leg.Calendar),
        };
        if (grant.ExpiresMicros <= Math.Max(grant.FromMicros, nowMicros))
            return GrantDecision.Wrong("expires_at", "must be in the future, and after starts_at");
        var funding = terms.FundingOf(index);
        return !isAdmitted && funding is null && grant.Request.Price > 0 && Purchases.IsLimited(leg.Agreement)
            ? GrantDecision.Unadmitted(leg.AgreementId, period.To)
            : Priced(state, funding, leg, grant);
    }

    // One period more than the one in which it expires.
    private static long Until(GrantRequest request, BillingCalendar calendar) => (request.Rollover, request.ExpiresMicros) switch
    {
        (RolloverRule.OnePeriod, { } expires) => Micros.Of(calendar.Next(calendar.PeriodAt(Micros.Instant(expires - 1))).End),
        (RolloverRule.None, { } expires) => expires,
        _ => long.MaxValue,
    };

    private static GrantDecision Priced(SubscriptionState state, LegFunding? funding, LegRater leg, Grant grant)
    {
        var price = grant.Request.Price;
        if (price == 0)
            return Granted(state, grant, default);
        if (funding?.UnitMeters is not null)
            return GrantDecision.Wrong("price", $"must be 0: leg \"{leg.AgreementId}\" is paid in units, of wallet \"{funding.Wallet}\"");
        var at = Micros.Instant(grant.GrantedMicros);
        if (leg.VersionAt(at) is not (>= 0 and var version))
            return GrantDecision.Wrong("price", $"must be 0: plan \"{leg.PlanId}\" has no version yet");
        var purse = funding is null ? null : state.PurseOf(funding.Wallet);
        if (funding is not null && (purse?.Available ?? 0) is var available && available < price)
            return new GrantDecision(GrantOutcome.Short, null, default, new Shortage(funding, price - available, price), "", "");
        var identity = new CellIdentity(leg.AgreementId, leg.Agreement.Calendar, leg.PlanOf(leg.Plan.Versions[version]), leg.Plan.Versions[version].Number,
            PackageCharge.NameOf(grant.Request), grant.Request.Meter, leg.Calendar.PeriodAt(at));
        var position = state.PositionOf(identity, purse?.Number ?? 0);
        var cell = position >= 0 ? state.CellAt(position) : new UsageCell { Number = state.NextCell, Purse = purse?.Number ?? 0, Identity = identity };
        return cell.Amount + price > Limits.CellTotalMax
            ? GrantDecision.Wrong("price", "is more than a total can hold")
            : Granted(state, grant, cell);
    }

    private static GrantDecision Granted(SubscriptionState state, Grant grant, in UsageCell priced) =>
        new(GrantOutcome.Done, grant, GrantFrame.Grant(state, grant, priced), null, "", "");

    // A party hears of legs in which it does not sell no more than of those that are not there.
    private static int LegOf(SubscriptionTerms terms, string agreement, string? seller)
    {
        var found = -1;
        for (var index = 0; index < terms.Legs.Count; index++)
        {
            var leg = terms.Legs[index];
            if ((agreement.Length > 0 && leg.AgreementId != agreement) || (seller is not null && leg.Agreement.Seller != seller))
                continue;
            if (found >= 0)
                return -1;
            found = index;
        }

        return found;
    }
}
