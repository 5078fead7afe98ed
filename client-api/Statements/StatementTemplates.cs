// How a seller's statements look to whoever gets them: columns, a note, a logo. Figures are none of its business.
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
    /// <summary>A text on every statement.</summary>
    public string? Note { get; init; }
    /// <summary>Address of a picture, https.</summary>
    public string? Logo { get; init; }
}

/// <summary>A template as it stands.</summary>
/// <param name="Partner">Whose statements.</param>
/// <param name="Columns">Columns that the buyer sees; null: all.</param>
/// <param name="Note">Text on every statement.</param>
/// <param name="Logo">Address of a picture.</param>
public sealed record StatementTemplateView(string Partner, IReadOnlyList<string>? Columns, string? Note, string? Logo);

/// <summary>Kept as a setting of the installation, one per seller.</summary>
public sealed class StatementTemplates(ISettingStore settings)
{
    private const int NoteMax = 1_000;
    private const int LogoMax = 500;

    /// <summary>The template of a seller, or null.</summary>
    public async ValueTask<StatementTemplate?> Of(string party, CancellationToken cancel) =>
        await settings.Get(NameOf(party), cancel) is { } stored ? Definitions.Stored<StatementTemplate>(stored) : null;

    /// <summary>Sets it.</summary>
    public Task Set(string party, StatementTemplate template, CancellationToken cancel) => settings.Set(NameOf(party), Definitions.Write(template), cancel);

    /// <summary>The template of a document and the columns that a caller sees of it: the seller and the operator see all.</summary>
    public async ValueTask<(StatementTemplate? Template, LineColumns Columns)> For(ApiCaller caller, DocumentHeader header, CancellationToken cancel)
    {
        if (header.Kind != "statement" || await Of(header.Seller, cancel) is not { } template)
            return (null, LineColumns.All);
        return (template, template.Columns is { } columns && caller.Party is not null && caller.Party != header.Seller ? LineColumns.Of(columns)
            : LineColumns.All);
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

        if (template.Note is { } note) errors.Text("note", note, NoteMax);
        if (template.Logo is { } logo && !(logo.Length <= LogoMax && Uri.TryCreate(logo, UriKind.Absolute, out var address)
            && address.Scheme == Uri.UriSchemeHttps))
            errors.Add("logo", $"must be an https address of at most {LogoMax} characters");
        return errors;
    }

    private static string NameOf(string party) => "statement_template/" + party;
}
