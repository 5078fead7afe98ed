// How a seller's statements look to whoever gets them: brand, columns, tax, groups, a note, a logo. Figures are none of its business.
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Statements;

/// <summary>A template.</summary>
public sealed record StatementTemplate
{
    /// <summary>Columns of lines that the buyer sees; left out: all. description and amount are always among them.</summary>
    public string[]? Columns { get; init; }
    /// <summary>The name under which the seller sells; left out: its own.</summary>
    public string? Brand { get; init; }
    /// <summary>Lines of an address below the brand.</summary>
    public string[]? Address { get; init; }
    /// <summary><c>full</c> (default), or <c>net</c>: the buyer sees neither tax nor total, as where the seller's own invoice says them.</summary>
    public string? TaxDisplay { get; init; }
    /// <summary>Groups that the buyer sees in the place of lines, unless it asks for others: <c>customer</c>, <c>charge</c> or <c>purchase_order</c>.</summary>
    public string? GroupBy { get; init; }
    /// <summary>A text on every statement.</summary>
    public string? Note { get; init; }
    /// <summary>Address of a picture, https.</summary>
    public string? Logo { get; init; }
}

/// <summary>A template as it stands.</summary>
/// <param name="Partner">Whose statements.</param>
/// <param name="Columns">Columns that the buyer sees; null: all.</param>
/// <param name="Brand">The name under which it sells.</param>
/// <param name="Address">Lines below the brand.</param>
/// <param name="TaxDisplay"><c>full</c> or <c>net</c>.</param>
/// <param name="GroupBy">Groups in the place of lines; null: none.</param>
/// <param name="Note">Text on every statement.</param>
/// <param name="Logo">Address of a picture.</param>
public sealed record StatementTemplateView(string Partner, IReadOnlyList<string>? Columns, string? Brand, IReadOnlyList<string>? Address, string TaxDisplay,
    string? GroupBy, string? Note, string? Logo);

/// <summary>Kept as a setting of the installation, one per seller.</summary>
public sealed class StatementTemplates(ISettingStore settings)
{
    private const int NoteMax = 1_000;
    private const int LogoMax = 500;
    private const int BrandMax = 200;
    private const int AddressLinesMax = 6;
    private const string Net = "net";
    private static readonly string[] TaxColumns = ["tax_category", "tax_rate"];

    /// <summary>The template of a seller, or null.</summary>
    public async ValueTask<StatementTemplate?> Of(string party, CancellationToken cancel) =>
        await settings.Get(NameOf(party), cancel) is { } stored ? Definitions.Stored<StatementTemplate>(stored) : null;

    /// <summary>Sets it.</summary>
    public Task Set(string party, StatementTemplate template, CancellationToken cancel) => settings.Set(NameOf(party), Definitions.Write(template), cancel);

    /// <summary>
    /// How a document looks to a caller. What is hidden is hidden from the buyer: the seller and the operator see all. An invoice hides nothing.
    /// </summary>
    public async ValueTask<DocumentLook> For(ApiCaller caller, DocumentHeader header, CancellationToken cancel)
    {
        if (header.Kind != "statement" || await Of(header.Seller, cancel) is not { } template)
            return DocumentLook.Plain;
        var look = new DocumentLook(LineColumns.All, template.Note, template.Logo, Brand: template.Brand, Address: template.Address);
        if (caller.Party is null || caller.Party == header.Seller)
            return look;
        var (shown, net) = (template.Columns is { } columns ? LineColumns.Of(columns) : LineColumns.All, template.TaxDisplay == Net);
        return look with { Columns = net ? shown.Without(TaxColumns) : shown, IsNet = net, GroupBy = template.GroupBy };
    }

    /// <summary>What is wrong with a template.</summary>
    public static FieldErrors Check(StatementTemplate template)
    {
        var errors = new FieldErrors();
        if (template.Columns is { } columns)
        {
            for (var index = 0; index < columns.Length; index++)
                errors.OneOf($"columns[{index}]", columns[index], LineColumns.Names);
            if (columns.Distinct(StringComparer.Ordinal).Count() != columns.Length) errors.Add("columns", "must not name a column twice");
            if (!columns.Contains("description") || !columns.Contains("amount")) errors.Add("columns", "must have description and amount");
        }

        if (template.Brand is { } brand) errors.Text("brand", brand, BrandMax);
        if (template.Address is { Length: > AddressLinesMax }) errors.Add("address", $"must be at most {AddressLinesMax} lines");
        for (var index = 0; index < Math.Min(template.Address?.Length ?? 0, AddressLinesMax); index++)
            errors.Text($"address[{index}]", template.Address![index], BrandMax);
        if (template.TaxDisplay is { } display) errors.OneOf("tax_display", display, "full", Net);
        if (template.GroupBy is { } by) errors.OneOf("group_by", by, DocumentGroups.Names);
        if (template.Note is { } note) errors.Text("note", note, NoteMax);
        if (template.Logo is { } logo && !(logo.Length <= LogoMax && Uri.TryCreate(logo, UriKind.Absolute, out var address)
            && address.Scheme == Uri.UriSchemeHttps))
            errors.Add("logo", $"must be an https address of at most {LogoMax} characters");
        return errors;
    }

    private static string NameOf(string party) => "statement_template/" + party;
}
