// A takeover of balances as it is sent and as it is answered.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>An open document of the books before.</summary>
public sealed record OpeningDocumentRequest
{
    /// <summary>Its number there.</summary>
    public required string Reference { get; init; }
    /// <summary>When it was issued there.</summary>
    public required LocalDate IssueDate { get; init; }
    /// <summary>When it is or was due.</summary>
    public required LocalDate DueDate { get; init; }
    /// <summary>What is still owed of it, above 0.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>A payment or credit note of the books before that was not used.</summary>
public sealed record OpeningCreditRequest
{
    /// <summary>How it is called there.</summary>
    public required string Reference { get; init; }
    /// <summary>What is left of it, above 0.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>What is taken over of one party.</summary>
public sealed record OpeningBalanceRequest
{
    /// <summary>Identifies it: the same again changes nothing, so an import can be repeated.</summary>
    public required string Id { get; init; }
    /// <summary>Who owes.</summary>
    public required string Party { get; init; }
    /// <summary>By which agreement the documents are dunned; needed only when the party buys by several.</summary>
    public string? Agreement { get; init; }
    /// <summary>Whom; another way to name the agreement.</summary>
    public string? Seller { get; init; }
    /// <summary>Day of the takeover, today by default.</summary>
    public LocalDate? On { get; init; }
    /// <summary>What is owed.</summary>
    public OpeningDocumentRequest[] Documents { get; init; } = [];
    /// <summary>What later invoices use by themselves.</summary>
    public OpeningCreditRequest[] Credits { get; init; } = [];

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check(LocalDate today)
    {
        var errors = new FieldErrors();
        errors.Id("id", Id);
        if (Agreement is not null) errors.Id("agreement", Agreement);
        if (Seller is not null) errors.Id("seller", Seller);
        if (Documents.Length > Limits.OpeningRowsMax) errors.Add("documents", $"must be at most {Limits.OpeningRowsMax}");
        if (Credits.Length > Limits.OpeningRowsMax) errors.Add("credits", $"must be at most {Limits.OpeningRowsMax}");
        if (Documents.Length + Credits.Length == 0) errors.Add("documents", "or credits are required");
        if (!errors.IsEmpty)
            return errors;
        for (var i = 0; i < Documents.Length; i++) Document(errors, $"documents[{i}]", Documents[i], today);
        for (var i = 0; i < Credits.Length; i++)
        {
            errors.Text($"credits[{i}].reference", Credits[i].Reference);
            Amount(errors, $"credits[{i}].amount", Credits[i].Amount);
        }

        return errors;
    }

    /// <summary>As a fact of the account.</summary>
    public OpeningBooked ToFact(BuyingAgreement agreement, ReceiptParties parties, LocalDate on) => new()
    {
        Id = Id, Agreement = agreement.Id, Calendar = agreement.Agreement.Calendar, On = on, Parties = parties,
        Documents = [.. Documents.Select((one, at) => new OpeningDocument(Name(at), one.Reference, one.IssueDate, one.DueDate, one.Amount))],
        Credits = [.. Credits.Select((one, at) => new OpeningCredit($"{Name(at)}-credit", one.Reference, one.Amount))],
    };

    // Series are named in capitals, so these run into nobody's numbers.
    private string Name(int at) => FormattableString.Invariant($"opening-{Id}-{at + 1}");

    private static void Document(FieldErrors errors, string field, OpeningDocumentRequest document, LocalDate today)
    {
        errors.Text($"{field}.reference", document.Reference);
        if (document.IssueDate > today) errors.Add($"{field}.issue_date", "must not be in the future");
        if (document.DueDate < document.IssueDate) errors.Add($"{field}.due_date", "must not be before the issue date");
        Amount(errors, $"{field}.amount", document.Amount);
    }

    private static void Amount(FieldErrors errors, string field, decimal amount)
    {
        if (amount <= 0) errors.Add(field, "must be more than 0");
        else errors.Number(field, amount);
    }
}

/// <summary>A document that was taken over.</summary>
/// <param name="Number">Its number here.</param>
/// <param name="Reference">Its number in the books before.</param>
/// <param name="IssueDate">When it was issued.</param>
/// <param name="DueDate">When it is due.</param>
/// <param name="Amount">What was owed at the takeover.</param>
public sealed record OpeningDocumentView(string Number, string Reference, LocalDate IssueDate, LocalDate DueDate, ExactMoney Amount);

/// <summary>Credit that was taken over.</summary>
/// <param name="Source">Names it where credit is allocated.</param>
/// <param name="Reference">How the books before call it.</param>
/// <param name="Amount">What was left of it at the takeover.</param>
public sealed record OpeningCreditView(string Source, string Reference, ExactMoney Amount);

/// <summary>A takeover.</summary>
public sealed record OpeningBalanceView(string Id, string Party, string Seller, string Agreement, LocalDate On, IReadOnlyList<OpeningDocumentView> Documents,
    IReadOnlyList<OpeningCreditView> Credits)
{
    /// <summary>Of an account's figures.</summary>
    public static OpeningBalanceView Of(OpeningFigures figures)
    {
        var opening = figures.Opening;
        return new OpeningBalanceView(opening.Id, figures.Party, figures.Seller, opening.Agreement, opening.On,
            [.. opening.Documents.Select(one => new OpeningDocumentView(one.Number, one.Reference, one.IssueDate, one.DueDate, Money(one.Amount)))],
            [.. opening.Credits.Select(one => new OpeningCreditView(one.Source, one.Reference, Money(one.Amount)))]);

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, figures.Currency);
    }
}
