// Documents of balances that were taken over: one line each, no tax, and no number of a series.
using System.Text.Json;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>They commit with the fact that takes the balances over. Their tax was declared by the books before.</summary>
internal static class OpeningDocuments
{
    private static readonly TaxTerms Untaxed = new() { Category = "O", Reason = "Balance taken over" };

    /// <summary>Of the takeovers among facts.</summary>
    public static IEnumerable<NewDocument> Of(IEnumerable<AccountFact> facts, AccountKey key, Instant now) =>
        facts.OfType<OpeningBooked>().SelectMany(opening => opening.Documents.Select(document => Of(document, opening, key, now)));

    private static NewDocument Of(OpeningDocument document, OpeningBooked opening, AccountKey key, Instant now)
    {
        var body = new DocumentBody
        {
            Seller = opening.Parties.Seller, Buyer = opening.Parties.Buyer,
            TaxBreakdown = [new TaxPart { Category = Untaxed.Category, Rate = 0, Reason = Untaxed.Reason, Net = document.Amount, Tax = 0 }],
        };
        var header = new DocumentHeader(document.Number, document.Number, OpeningBooked.DocumentKind, "issued", key.Seller, key.Buyer, opening.Agreement,
            opening.Calendar, "opening", document.IssueDate, document.IssueDate, key.Currency, document.IssueDate, document.DueDate, document.Amount, 0,
            document.Amount, document.Amount, document.Reference, JsonSerializer.Serialize(body, BillingJson.Options), now);
        var line = new DocumentLineBody
        {
            Plan = "", PlanVersion = 0, Charge = document.Reference, Kind = OpeningBooked.DocumentKind, OriginalPeriod = "opening",
        };
        return new NewDocument(header, [new DocumentLine(0, Identifiers.AccountChild, 0, key.Buyer, $"Balance of {document.Reference}", 1, document.Amount,
            document.Amount, Untaxed.Category, 0, document.IssueDate, document.IssueDate, JsonSerializer.Serialize(line, BillingJson.Options))]);
    }
}
