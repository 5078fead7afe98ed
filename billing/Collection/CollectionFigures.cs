// Charge requests and arrears as they are kept for lists and answered.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Collection;

/// <summary>A request: of an invoice, or of a wallet, and then there is no document.</summary>
public sealed record ChargeRequestFigures(string Id, string Party, string Seller, string Currency, string Document, int Attempt, decimal Amount, Instant At,
    string Status, string? Wallet = null)
{
    /// <summary>Of what a wallet has asked for.</summary>
    public static ChargeRequestFigures Of(AccountKey key, TopUpCharge charge) => new(charge.Requested.Id, key.Buyer, key.Seller, key.Currency, "", 1,
        charge.Requested.Amount, charge.Requested.At, charge.Status, charge.Requested.Wallet);

    /// <summary>Of a request.</summary>
    public static ChargeRequestFigures Of(AccountKey key, ChargeRequest request) => new(request.Requested.Id, key.Buyer, key.Seller, key.Currency,
        request.Requested.Document, request.Requested.Attempt, request.Requested.Amount, request.Requested.At, request.Status);
}

/// <summary>An arrears situation. No reason: a charge was declined.</summary>
public sealed record ArrearsFigures(string Document, string Party, string Seller, string Currency, string State, int Declined, decimal Outstanding,
    Instant? NextAt = null, string? Reason = null)
{
    /// <summary>Of an invoice that is in one, as it stands.</summary>
    public static ArrearsFigures Of(AccountKey key, InvoiceCollection collection, OpenDocument document, string situation) => new(document.Opened.Number,
        key.Buyer, key.Seller, key.Currency, situation, collection.Declined, document.Outstanding, collection.NextAt(document),
        collection.Reason == InvoiceCollection.Failed ? null : collection.Reason);
}

/// <summary>Pure: of the state after a fact.</summary>
public static class CollectionItems
{
    /// <summary>What a fact changes of requests and arrears.</summary>
    public static IEnumerable<ListedItem> Of(AccountFact fact, AccountState state) => fact switch
    {
        ChargeRequested requested => [Request(requested.Id, state), .. Arrears([requested.Document], state)],
        TopUpRequested requested => [TopUp(state.Collections.TopUp(requested.Id)!, state)],
        ChargeRequestEnded ended when state.Collections.TopUp(ended.Id) is { } charge => [TopUp(charge, state)],
        ChargeRequestEnded ended => [Request(ended.Id, state), .. Arrears([state.Collections.Request(ended.Id)!.Requested.Document], state)],
        _ => Arrears(AccountItems.DocumentsOf(fact), state),
    };

    private static ListedItem TopUp(TopUpCharge charge, AccountState state) => new(ItemKinds.ChargeRequest, charge.Requested.Id, null, charge.Requested.At,
        charge.Status, null, charge.Requested.Amount, Definitions.Write(ChargeRequestFigures.Of(state.Key, charge)));

    private static ListedItem Request(string id, AccountState state)
    {
        var request = state.Collections.Request(id)!;
        return new ListedItem(ItemKinds.ChargeRequest, id, null, request.Requested.At, request.Status, null, request.Requested.Amount,
            Definitions.Write(ChargeRequestFigures.Of(state.Key, request)));
    }

    private static IEnumerable<ListedItem> Arrears(IEnumerable<string> documents, AccountState state)
    {
        foreach (var number in documents)
        {
            if (state.Collections.Of(number) is not { } collection || state.Document(number) is not { } document) continue;
            if (collection.Arrears(document) is not { } situation) continue;
            yield return new ListedItem(ItemKinds.Arrears, number, null, collection.Planned.FirstAt, situation, null, document.Outstanding,
                Definitions.Write(ArrearsFigures.Of(state.Key, collection, document, situation)));
        }
    }
}
