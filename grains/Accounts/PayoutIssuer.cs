// The statement of a payout: a document with a number of its own, made from what the payout pays.
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>Every step can be repeated: the document has its key from the payout, and a number once. The account learns the number with it.</summary>
public sealed class PayoutIssuer(Catalogue catalogue, IDocumentStore documents, BillingClock clock)
{
    /// <summary>Issues it.</summary>
    public async Task Issue(AccountKey key, Payout payout, CancellationToken cancel)
    {
        var made = payout.Made;
        var calendar = (await catalogue.Find<Calendar>(DefinitionKinds.Calendar, made.Calendar, cancel))!;
        var period = CollectionDays.PayoutPeriod(calendar, made.Before);
        var zone = DateTimeZoneProviders.Tzdb[calendar.TimeZone];
        var draft = await documents.CreateDraft(new DocumentHeader(Identifiers.Payout(key.Id, made.Id), null, "payout", "draft", key.Seller, key.Buyer, "",
            made.Calendar, period.Label, period.From, period.To, key.Currency, null, null, null, null, null, null, null, "{}", clock.Now), cancel);
        var (payer, payee) = (await Party(key.Seller, cancel), await Party(key.Buyer, cancel));
        var lines = payout.Entries.Select((entry, i) => Line(entry, i, period));
        await documents.AddChildren(draft.Key, [new ChildLines(Identifiers.AccountChild, [.. lines])], cancel);
        var builder = new TotalsBuilder(key.Currency, RoundingMode.HalfAwayFromZero);
        builder.Add(made.Amount, Untaxed.Category, 0, Untaxed.Reason);
        var totals = builder.Build();
        await documents.SetTotals(draft.Key, new DocumentTotals(totals.Net, totals.Tax, totals.Total,
            JsonSerializer.Serialize(DocumentBody.Of(payer, payee, totals), BillingJson.Options)), cancel);
        var on = LocalDays.At(made.Before, zone);
        var series = DocumentNumbers.Series(DocumentNumbers.Prefix(key.Seller, (payer as Seller)?.NumberPrefix), "payout", on.Year);
        await documents.Issue([new IssueOrder(draft.Key, series.Name, series.NumberFormat, on, on, "issued", made.Amount,
            header => AccountChanges.Issued(key, payout, header.Number!, clock.Now))], cancel);
    }

    // Shares are of net amounts; who is paid declares its own tax.
    private static TaxTerms Untaxed { get; } = new() { Category = "O", Reason = "Share of net amounts, paid on" };

    private static DocumentLine Line(PayableEntry entry, int number, BillingPeriod period)
    {
        var again = entry.Customer.Length == 0;
        var body = new DocumentLineBody { Plan = "", PlanVersion = 0, Charge = entry.Source, Kind = "share", OriginalPeriod = period.Label };
        var text = again ? $"Payout {entry.Source}, paid again" : $"Share of invoice {entry.Source}";
        return new DocumentLine(0, Identifiers.AccountChild, number, entry.Customer, text, 1, entry.Amount, entry.Amount, Untaxed.Category, 0, period.From,
            period.To, JsonSerializer.Serialize(body, BillingJson.Options));
    }

    private async Task<object> Party(string id, CancellationToken cancel)
    {
        foreach (var kind in (string[])[DefinitionKinds.Seller, DefinitionKinds.Partner, DefinitionKinds.Provider])
            if (await catalogue.Find<object>(kind, id, cancel) is { } party) return party;
        throw new InvalidOperationException($"The store has no party \"{id}\", but is to pay it.");
    }
}
