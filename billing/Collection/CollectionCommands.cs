// Asking for charges on their day, and how they went (MAES-08).
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Collection;

/// <summary>What falls due by itself. Pure.</summary>
public static class CollectionDuties
{
    /// <summary>Requests whose day has come, for what is outstanding then.</summary>
    public static Decision Requests(AccountState state, Instant now) => new([.. state.Collections.All.Select(collection => Request(collection, state, now))
        .OfType<AccountFact>()]);

    /// <summary>When the next request falls due; null: none does.</summary>
    public static Instant? NextAt(AccountState state) =>
        state.Collections.All.Select(collection => collection.NextAt(state.Document(collection.Planned.Document)!)).Min();

    /// <summary>A request whose invoice was settled in another way is withdrawn with that.</summary>
    public static AccountFact? Withdrawn(AccountState state, IEnumerable<string> documents) =>
        documents.Order(StringComparer.Ordinal).Where(document => state.Document(document)!.Outstanding == 0)
            .Select(document => state.Collections.Of(document)?.Newest).FirstOrDefault(request => request?.Status == "pending") is { } open
            ? new ChargeRequestEnded { Id = open.Requested.Id, Result = "withdrawn" }
            : null;

    private static ChargeRequested? Request(InvoiceCollection collection, AccountState state, Instant now)
    {
        var document = state.Document(collection.Planned.Document)!;
        return collection.NextAt(document) is { } at && at <= now ? Request(collection, document, at) : null;
    }

    /// <summary>The next request of an invoice, for all that it owes.</summary>
    internal static ChargeRequested Request(InvoiceCollection collection, OpenDocument document, Instant at, string? step = null, string? command = null)
    {
        var attempt = collection.Attempts + 1;
        return new ChargeRequested
        {
            Id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{document.Opened.Number}:{attempt}"),
            Document = document.Opened.Number, Attempt = attempt, Amount = document.Outstanding, At = at, Step = step, Command = command,
        };
    }
}

/// <summary>
/// A step of dunning asks once more for the charge of an invoice (domain 3.4). Nothing is asked for what is paid, for what is asked for at the moment, for
/// what was charged and taken back, and of invoices that are charged to nobody. The same step again asks for nothing more.
/// </summary>
public sealed record CollectAgain(string Document, string Step, Instant At) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state) =>
        state.Document(Document) is { Outstanding: > 0 } document && state.Collections.Of(Document) is { } collection
            && collection.Newest is { Status: not "pending" } && !collection.IsHeld && !collection.Steps.Contains(Step)
            ? Decision.Of(CollectionDuties.Request(collection, document, At, Step))
            : Decision.Nothing;

    /// <inheritdoc/>
    public override object Answer(AccountState state) => AccountFigures.Of(state);
}

/// <summary>
/// Somebody asks for the charge of an invoice whose charge was declined or taken back. What is asked for already is the answer; the same command again
/// asks for nothing more.
/// </summary>
public sealed record AskForCharge(string Document, string By, Instant Now) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Document(Document) is not { } document || state.Collections.Of(Document) is not { } collection)
            return Decision.Conflict("not_collected", $"\"{Document}\" is charged to no card: its calendar has no charge_day, or nothing was owed when it was issued.");
        if (collection.AskedBy(By) is not null || collection.Newest?.Status == "pending")
            return Decision.Nothing;
        if (document.Outstanding == 0)
            return Decision.Conflict("nothing_outstanding", $"\"{Document}\" owes nothing.");
        return collection.Newest is null
            ? Decision.Conflict("charge_not_due", $"\"{Document}\" is charged for the first time at {collection.Planned.FirstAt}.")
            : Decision.Of(CollectionDuties.Request(collection, document, Now, command: By));
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state)
    {
        var collection = state.Collections.Of(Document)!;
        return ChargeRequestFigures.Of(state.Key, collection.AskedBy(By) ?? collection.Newest!);
    }
}

/// <summary>A charge has succeeded or was declined. Said again with the same result it changes nothing.</summary>
public sealed record AnswerChargeRequest(string Id, bool Succeeded, Instant Now) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        var result = Succeeded ? "succeeded" : "declined";
        // The money stands in the books when it stands in the wallet.
        if (state.Collections.TopUp(Id) is { } topUp)
            return topUp.Status == "pending" ? Decision.Of(new ChargeRequestEnded { Id = Id, Result = result })
                : Decision.Again(topUp.Status == result, "result of charge request", Id);
        return state.Collections.Request(Id) switch
        {
            null => Decision.Conflict("not_found", $"There is no charge request \"{Id}\"."),
            { Status: "pending" } request => Ended(state, request, result),
            // The money was taken all the same: it stays unapplied until somebody pays it back or the next invoice uses it.
            { Status: "withdrawn" } request => Succeeded ? Ended(state, request, result) : Decision.Nothing,
            var request => Decision.Again(request.Status == result, "result of charge request", Id),
        };
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => state.Collections.TopUp(Id) is { } topUp ? ChargeRequestFigures.Of(state.Key, topUp)
        : ChargeRequestFigures.Of(state.Key, state.Collections.Request(Id)!);

    private Decision Ended(AccountState state, ChargeRequest request, string result)
    {
        var ended = new ChargeRequestEnded { Id = Id, Result = result };
        if (!Succeeded) return Decision.Of(ended);
        var (asked, zone) = (request.Requested, state.Collections.Of(request.Requested.Document)!.Planned.TimeZone);
        var settles = decimal.Min(asked.Amount, state.Document(asked.Document)!.Outstanding);
        return Decision.Of(ended, new PaymentReceived
        {
            Id = ChargeRequest.PaymentOf(Id), Amount = asked.Amount, Method = "card", ReceivedOn = LocalDays.At(Now, DateTimeZoneProviders.Tzdb[zone]),
            Reference = Id, Allocations = settles == 0 ? [] : [new Allocation(asked.Document, settles)],
        });
    }
}
