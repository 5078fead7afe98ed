// Credit notes on documents that are owed.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>What is taken back of a document.</summary>
public sealed record CreditNoteRequest
{
    /// <summary>Identifies the command: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary><c>full</c> (all that is left), <c>amount</c> or <c>lines</c>.</summary>
    public required string Mode { get; init; }
    /// <summary>With <c>amount</c>: without tax, above 0.</summary>
    public decimal? Net { get; init; }
    /// <summary>With <c>amount</c>: the tax part; by default by the rate, and the remainder with the last note.</summary>
    public decimal? Tax { get; init; }
    /// <summary>With <c>lines</c>: what is taken back.</summary>
    public CreditLineRequest[]? Lines { get; init; }
    /// <summary>Why, as printed.</summary>
    public string Reason { get; init; } = "Credit";
}

/// <summary>A line of a credit note.</summary>
public sealed record CreditLineRequest
{
    /// <summary>As printed.</summary>
    public required string Description { get; init; }
    /// <summary>Units, above 0.</summary>
    public decimal Quantity { get; init; } = 1;
    /// <summary>Exact; quantity × price is rounded once.</summary>
    public required decimal UnitPrice { get; init; }
    /// <summary>The provider's bill that it takes back (<c>charge</c> of the invoice's line): its parties give back by the shares of that bill.</summary>
    public string? Bill { get; init; }
    /// <summary>UNCL5305; needed only when the document has several.</summary>
    public string? TaxCategory { get; init; }
    /// <summary>Percent; needed only when the category has several.</summary>
    public decimal? TaxRate { get; init; }
}

/// <summary>The operator and the seller may.</summary>
public static class CreditNoteEndpoints
{
    private const int CommandIdMax = 64;

    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapCreditNotes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/documents/{number}/credit_notes", Post).WithName("IssueCreditNote").WithTags("Documents")
            .WithSummary("Take a document back, in full or in part; what is not outstanding any more becomes unapplied credit")
            .RequireScope(Scopes.BillingWrite).TakesJson<CreditNoteRequest>().Produces<DocumentShape>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<DocumentAnswer, Problem>> Post(HttpContext context, string number, IDocumentStore documents,
        IDefinitionStore definitions, IGrainFactory grains, BillingClock clock)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (number.Contains('\0') || await documents.Get(number, cancel) is not { Number: not null, Kind: "invoice" } invoice
            || (caller.Party is { } own && own != invoice.Seller))
            return Problems.NotFound("invoice", number);
        var (request, problem) = await JsonBody.Read<CreditNoteRequest>(context);
        if (request is null)
            return problem!;
        var agreement = DatedTerms.On(Definitions.Stored<Agreement>((await definitions.Get(DefinitionKinds.Agreement, invoice.Agreement, cancel))!.Body),
            invoice.PeriodTo);
        var parts = Definitions.Stored<DocumentBody>(invoice.Body).TaxBreakdown;
        var (errors, lines) = Read(request, parts, invoice.Currency, RoundingModes.Parse(agreement.Rounding));
        if (errors.IsEmpty)
            await Bills(request, invoice, lines, documents, errors, cancel);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var calendar = new BillingCalendar(Definitions.Stored<Calendar>((await definitions.Get(DefinitionKinds.Calendar, invoice.Calendar, cancel))!.Body));
        var command = new IssueCreditNote(CommandIds.Of(context, request.Id), number, request.Mode, request.Reason, calendar.DateOf(clock.Now),
            agreement.Rounding, parts, lines, request.Tax);
        var account = new AccountKey(invoice.Seller, invoice.Buyer, invoice.Currency);
        (var note, problem) = await grains.Ask<CreditNoteNumber>(account.Id, command, caller.KeyId, cancel);
        if (note is null)
            return problem!;
        var issued = (await documents.Get(note.Number, cancel))!;
        return new DocumentAnswer(issued, documents.Lines(issued.Key, cancel), DocumentLook.Plain);
    }

    // The bills that lines name, with their shares as they stand on the invoice.
    private static async Task Bills(CreditNoteRequest request, DocumentHeader invoice, CreditLine[] lines, IDocumentStore documents, FieldErrors errors,
        CancellationToken cancel)
    {
        var wanted = (request.Lines ?? []).Select(line => line.Bill).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
            return;
        var found = new Dictionary<string, (DocumentLine Line, CreditedBill Bill)>(StringComparer.Ordinal);
        await foreach (var line in documents.Lines(invoice.Key, cancel))
        {
            if (Definitions.Stored<DocumentLineBody>(line.Body) is { Shares: { } shares } body && wanted.Contains(body.Charge))
                found[body.Charge] = (line, new CreditedBill(body.Charge, shares));
        }

        for (var i = 0; i < lines.Length; i++)
        {
            if (request.Lines![i].Bill is not { } id) continue;
            if (!found.TryGetValue(id, out var bill)) errors.Add($"lines[{i}].bill", $"is no bill of a provider on {invoice.Number}");
            else if ((bill.Line.TaxCategory, bill.Line.TaxRate) != (lines[i].Category, lines[i].Rate))
                errors.Add($"lines[{i}].tax_category", "must be that of the bill");
            else lines[i] = lines[i] with { Bill = bill.Bill };
        }
    }

    private static (FieldErrors Errors, CreditLine[] Lines) Read(CreditNoteRequest request, TaxPart[] parts, string currency, RoundingMode rounding)
    {
        var (errors, lines) = (new FieldErrors(), new List<CreditLine>());
        if (request.Id is { } id && !(FieldChecks.IsId(id) && id.Length <= CommandIdMax)) errors.Id("id", id);
        errors.OneOf("mode", request.Mode, "full", "amount", "lines");
        errors.Text("reason", request.Reason);
        if (request.Mode != "amount" && request.Net is not null) errors.Add("net", "is for the mode amount");
        if (request.Mode != "amount" && request.Tax is not null) errors.Add("tax", "is for the mode amount");
        if (request.Mode != "lines" && request.Lines is not null) errors.Add("lines", "is for the mode lines");
        if (request.Mode == "amount") Amount(request, parts, currency, errors, lines);
        if (request.Mode == "lines") Lines(request.Lines ?? [], parts, currency, rounding, errors, lines);
        return (errors, [.. lines]);
    }

    private static void Amount(CreditNoteRequest request, TaxPart[] parts, string currency, FieldErrors errors, List<CreditLine> lines)
    {
        var digits = Currencies.ExponentOf(currency);
        if (request.Tax is { } tax && (tax < 0 || Rounding.PlacesOf(tax) > digits)) errors.Add("tax", $"must be 0 or more, with the digits of {currency}");
        if (request.Net is not > 0 || Rounding.PlacesOf(request.Net.Value) > digits) errors.Add("net", $"must be more than 0, with the digits of {currency}");
        else if (parts.Length != 1) errors.Add("mode", "must be lines: the document has several tax categories");
        else lines.Add(new CreditLine(request.Reason, 1, request.Net.Value, parts[0].Category, parts[0].Rate, request.Net.Value));
    }

    private static void Lines(CreditLineRequest[] requests, TaxPart[] parts, string currency, RoundingMode rounding, FieldErrors errors,
        List<CreditLine> lines)
    {
        if (requests.Length is 0 or > Limits.CreditLinesMax) errors.Add("lines", $"must be 1 to {Limits.CreditLinesMax}");
        for (var i = 0; i < requests.Length && i < Limits.CreditLinesMax; i++)
        {
            var (line, field) = (requests[i], $"lines[{i}]");
            errors.Text($"{field}.description", line.Description);
            if (line.Bill is { } bill) errors.Text($"{field}.bill", bill);
            if (line.Quantity <= 0) errors.Add($"{field}.quantity", "must be more than 0");
            else errors.Number($"{field}.quantity", line.Quantity);
            if (line.UnitPrice <= 0) errors.Add($"{field}.unit_price", "must be more than 0");
            else errors.Number($"{field}.unit_price", line.UnitPrice);
            var fitting = parts.Where(part => (line.TaxCategory is null || part.Category == line.TaxCategory)
                && (line.TaxRate is null || part.Rate == line.TaxRate)).ToList();
            if (fitting.Count != 1) errors.Add($"{field}.tax_category", "must name one tax category and rate of the document");
            else if (errors.IsEmpty)
                lines.Add(new CreditLine(line.Description, line.Quantity, Rounding.ToCurrency(line.Quantity * line.UnitPrice, currency, rounding),
                    fitting[0].Category, fitting[0].Rate, line.UnitPrice));
        }
    }
}
