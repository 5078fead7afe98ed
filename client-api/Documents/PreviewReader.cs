// Puts previews together: lines from the buyer, totals and parties as the close would write them.
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>A document that is not issued: no number, no dates, status <c>preview</c>.</summary>
/// <param name="AsOf">Everything durable until then is in it.</param>
public sealed record Preview(DocumentHeader Header, IReadOnlyList<DocumentLine> Lines, Instant AsOf);

/// <summary>A preview has more lines than one answer may have.</summary>
public sealed class PreviewTooLongException() : Exception($"A preview has at most {Limits.PreviewLinesMax} lines.");

/// <summary>What a preview would show is in an archive.</summary>
public sealed class PreviewArchivedException(string archive, string until) : Exception($"A seal is in the archive {archive}.")
{
    /// <summary>Its id.</summary>
    public string Archive => archive;

    /// <summary>The date until which it was made.</summary>
    public string Until => until;
}

/// <summary>Asks buyers for their lines, page by page, and adds them up as <c>BuyerClosing</c> does.</summary>
public sealed class PreviewReader(IGrainFactory grains, IDefinitionStore definitions, BillingClock clock) : IDisposable
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private readonly SemaphoreSlim room = new(Limits.PreviewsMax);

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();

    /// <summary>
    /// Previews of the agreements in which a party buys and the caller sells or buys; only of those whose period has begun and is not closed. Null: no such
    /// party for this caller.
    /// </summary>
    public async Task<IReadOnlyList<Preview>?> Read(ApiCaller caller, string party, string? period, CancellationToken cancel)
    {
        var buyer = await Party(party, cancel);
        var bought = (await definitions.AgreementsBoughtBy(party, cancel)).Select(stored => (stored.Id, Agreement: Stored<Agreement>(stored)))
            .Where(one => KnownFacts.IsPartyTo(caller, one.Agreement)).ToList();
        if (buyer is null || (bought.Count == 0 && caller.Party is not null && caller.Party != party))
            return null;
        await room.WaitAsync(cancel);
        try
        {
            var previews = new List<Preview>();
            foreach (var (id, agreement) in bought)
            {
                if (await Read(id, agreement, buyer, period, Limits.PreviewLinesMax - previews.Sum(one => one.Lines.Count), cancel) is { } preview)
                    previews.Add(preview);
            }

            return previews;
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Label of an agreement's period of now.</summary>
    public async Task<string> CurrentPeriod(Agreement agreement, CancellationToken cancel) => (await CalendarOf(agreement, cancel)).PeriodAt(clock.Now).Label;

    /// <summary>The preview of one agreement and period, or null: nothing would be issued.</summary>
    public async Task<Preview?> Read(string id, Agreement agreement, string period, CancellationToken cancel)
    {
        await room.WaitAsync(cancel);
        try
        {
            return await Read(id, agreement, (await Party(agreement.Buyer, cancel))!, period, Limits.PreviewLinesMax, cancel);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<BillingCalendar> CalendarOf(Agreement agreement, CancellationToken cancel) =>
        new(Stored<Calendar>((await definitions.Get(DefinitionKinds.Calendar, agreement.Calendar, cancel))!));

    private async Task<Preview?> Read(string id, Agreement agreement, object buyer, string? label, int linesMax, CancellationToken cancel)
    {
        var calendar = await CalendarOf(agreement, cancel);
        // A label of other periods than this calendar has: nothing of it is closed under that name.
        if ((label is null ? calendar.PeriodAt(clock.Now) : calendar.PeriodOf(label)) is not { } period)
            return null;
        if (agreement.Documents == "none" || period.Start > clock.Now)
            return null;
        var seller = (await Party(agreement.Seller, cancel))!;
        var terms = DocumentTerms.Of(DatedTerms.On(agreement, period.To), References.CurrencyOf(seller, buyer));
        var totals = new TotalsBuilder(terms.Currency, terms.Rounding);
        var lines = new List<DocumentLine>();
        IBuyerGrain grain = buyer is Partner ? grains.GetGrain<IPartnerGrain>(agreement.Buyer) : grains.GetGrain<ICustomerGrain>(agreement.Buyer);
        var (cursor, asOf) = ((string?)null, Micros.Of(clock.Now));
        do
        {
            var asked = new PreviewCommand { Agreement = id, Period = period.Label, Cursor = cursor, Net = lines.Sum(line => line.Amount) };
            var page = await grain.Preview(asked, cancel);
            if (page.Archived is { } gone)
                throw new PreviewArchivedException(gone.Archive, gone.Until);
            foreach (var line in page.Lines)
            {
                lines.Add(Line(line));
                totals.Add(line.Amount, line.TaxCategory, line.TaxRate, terms.ReasonOf(line.TaxCategory), line.Prepaid);
            }

            if (lines.Count > linesMax)
                throw new PreviewTooLongException();
            (cursor, asOf) = (page.Cursor, Math.Min(asOf, page.AsOfMicros ?? asOf));
        }
        while (cursor is not null);
        var sums = totals.Build();
        // What would take a category below zero waits, as in the close.
        if (Totals.Aside(sums.TaxBreakdown.Select(part => (part.Category, part.Rate, part.Net))) is { Count: > 0 } aside)
        {
            lines.RemoveAll(line => aside.Contains((line.TaxCategory, line.TaxRate)));
            totals = new TotalsBuilder(terms.Currency, terms.Rounding);
            foreach (var line in lines)
                totals.Add(line.Amount, line.TaxCategory, line.TaxRate, terms.ReasonOf(line.TaxCategory), PrepaidOf(line));
            sums = totals.Build();
        }

        if (lines.Count == 0)
            return null;
        // As the close counts them.
        var children = await definitions.CountLegs(id, period.End, period.Start - Limits.IdRetention, cancel);
        var body = DocumentBody.Of(seller, buyer, sums) with { Children = children == 0 ? null : children };
        return new Preview(Header(id, agreement, period, terms, body, sums), lines, Micros.Instant(asOf));
    }

    private DocumentHeader Header(string id, Agreement agreement, BillingPeriod period, DocumentTerms terms, DocumentBody body, Totals totals) =>
        new(Identifiers.Document(id, period.Label, agreement.Documents), null, agreement.Documents, "preview", agreement.Seller, agreement.Buyer, id,
            agreement.Calendar, period.Label, period.From, period.To, terms.Currency, null, null, totals.Net, totals.Tax, totals.Total,
            totals.Total - totals.Prepaid, null, JsonSerializer.Serialize(body, BillingJson.Options), clock.Now);

    private static DocumentLine Line(PreviewLine line) => new(0, line.Subscription, line.Number, line.Customer, line.Description, line.Quantity, line.UnitPrice,
        line.Amount, line.TaxCategory, line.TaxRate, Epoch.PlusDays(line.FromDay), Epoch.PlusDays(line.ToDay), line.Body);

    private async Task<object?> Party(string id, CancellationToken cancel)
    {
        foreach (var kind in new[] { DefinitionKinds.Partner, DefinitionKinds.Customer, DefinitionKinds.Seller })
        {
            if (await definitions.Get(kind, id, cancel) is { } stored)
                return DefinitionKinds.Read(kind, stored.Body);
        }

        return null;
    }

    private static decimal PrepaidOf(DocumentLine line) => Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body).Prepaid ?? 0;

    private static T Stored<T>(Definition stored) where T : class => Billing.Json.Definitions.Stored<T>(stored.Body);
}
