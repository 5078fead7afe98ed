// One statement as it stands: the issued document, or what it would be if its period ended now.
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Statements;

/// <summary>Whoever sells or buys under the agreement sees it.</summary>
public sealed class StatementReader(IDefinitionStore definitions, IDocumentStore documents, PreviewReader previews, StatementTemplates templates)
{
    private const char Separator = ':';

    /// <summary>Agreement and period of an open statement's name, or null: it is a number.</summary>
    public static (string Agreement, string Period)? Named(string number) =>
        number.LastIndexOf(Separator) is > 0 and var at && PeriodLabels.IsLabel(number[(at + 1)..]) ? (number[..at], number[(at + 1)..]) : null;

    /// <summary>The agreement, if the caller sells or buys under it.</summary>
    public async Task<Agreement?> Agreement(ApiCaller caller, string id, CancellationToken cancel) =>
        await definitions.Get(DefinitionKinds.Agreement, id, cancel) is { } stored && Definitions.Stored<Agreement>(stored.Body) is var agreement
            && KnownFacts.IsPartyTo(caller, agreement) ? agreement : null;

    /// <summary>The statement of an agreement and period (null: that of now).</summary>
    public async Task<IResult> Read(HttpContext context, string id, string? period)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await Agreement(caller, id, cancel) is not { } agreement)
            return Problems.NotFound(DefinitionKinds.Agreement, id);
        if (agreement.Documents != "statement")
            return StatementEndpoints.NoStatement(id);
        try
        {
            period ??= await previews.CurrentPeriod(agreement, cancel);
            if (await documents.GetByKey(Identifiers.Document(id, period, "statement"), cancel) is { Number: not null } issued)
                return await Closed(context, issued);
            if (await previews.Read(id, agreement, period, cancel) is not { } open)
                return Problems.Conflict($"Nothing was used under agreement \"{id}\" in {period}.", "nothing_to_state");
            var look = await templates.For(caller, open.Header, cancel) with { Name = id + Separator + period, AsOf = open.AsOf };
            return await DocumentEndpoints.Answer(context, open.Header with { Status = "open" }, open.Lines.ToAsyncEnumerable(), look);
        }
        catch (PreviewTooLongException tooLong)
        {
            return Problems.Conflict(tooLong.Message, "preview_too_long");
        }
        catch (PreviewArchivedException gone)
        {
            return Problems.Archived(gone.Archive, gone.Until);
        }
    }

    /// <summary>A closed statement by its number, or null.</summary>
    public async Task<IResult?> Closed(HttpContext context, string number)
    {
        var caller = context.Caller();
        return !number.Contains('\0') && await documents.Get(number, context.RequestAborted) is { Kind: "statement" } header
            && (caller.Party is null || caller.Party == header.Seller || caller.Party == header.Buyer) ? await Closed(context, header) : null;
    }

    private async Task<IResult> Closed(HttpContext context, DocumentHeader header)
    {
        var look = await templates.For(context.Caller(), header, context.RequestAborted);
        return await DocumentEndpoints.Answer(context, header, documents.Lines(header.Key, context.RequestAborted), look);
    }
}
