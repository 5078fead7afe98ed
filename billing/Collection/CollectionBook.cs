// The invoices of an account that are charged to a card, what wallets have asked for, and how far each has come.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Collection;

/// <summary>A request to charge, and how it ended.</summary>
public sealed class ChargeRequest(ChargeRequested requested)
{
    /// <summary>As it was asked.</summary>
    public ChargeRequested Requested => requested;
    /// <summary><c>pending</c>, <c>succeeded</c>, <c>declined</c> or <c>withdrawn</c>.</summary>
    public string Status { get; internal set; } = "pending";

    /// <summary>Id of the payment that a success of request <paramref name="id"/> is recorded as.</summary>
    public static string PaymentOf(string id) => PaymentPrefix + id;

    /// <summary>Whether payments of this id are recorded by charge requests alone.</summary>
    public static bool IsPayment(string id) => id.StartsWith(PaymentPrefix, StringComparison.Ordinal);

    /// <summary>The request that a payment was recorded by; null: by none.</summary>
    internal static string? Of(string payment) => IsPayment(payment) ? payment[PaymentPrefix.Length..] : null;

    private const string PaymentPrefix = "charge:";
}

/// <summary>What a wallet has asked for, and how it ended.</summary>
public sealed class TopUpCharge(TopUpRequested requested)
{
    /// <summary>As it was asked.</summary>
    public TopUpRequested Requested => requested;
    /// <summary><c>pending</c>, <c>succeeded</c> or <c>declined</c>.</summary>
    public string Status { get; internal set; } = "pending";
}

/// <summary>The collection of one invoice.</summary>
public sealed class InvoiceCollection(CollectionPlanned planned)
{
    /// <summary>Reasons of arrears: a charge was declined; what was charged was taken back.</summary>
    public const string Failed = "payment_failed", Reversed = "payment_reversed";

    private readonly HashSet<string> steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChargeRequest> byCommand = new(StringComparer.Ordinal);
    private Instant? declinedAt;

    /// <summary>As it was planned.</summary>
    public CollectionPlanned Planned => planned;
    /// <summary>Requests so far.</summary>
    public int Attempts { get; private set; }
    /// <summary>How many were declined.</summary>
    public int Declined { get; private set; }
    /// <summary>The newest request; null: none yet.</summary>
    public ChargeRequest? Newest { get; private set; }
    /// <summary>Steps of dunning that have asked for a request.</summary>
    public IReadOnlySet<string> Steps => steps;
    /// <summary>Money that was charged for it was taken back: nothing is asked for by itself until somebody asks.</summary>
    public bool IsHeld { get; private set; }
    /// <summary>Why it is in arrears, <see cref="Failed"/> or <see cref="Reversed"/>, whichever came last; null: it never was.</summary>
    public string? Reason { get; private set; }

    /// <summary>What a command has asked for, or null.</summary>
    public ChargeRequest? AskedBy(string command) => byCommand.GetValueOrDefault(command);

    internal void Apply(ChargeRequest request)
    {
        (Attempts, Newest) = (request.Requested.Attempt, request);
        if (request.Requested.Step is { } step) steps.Add(step);
        if (request.Requested.Command is not { } command) return;
        byCommand.Add(command, request);
        IsHeld = false;
    }

    internal void Hold() => (IsHeld, Reason) = (true, Reversed);

    // Where nobody could charge for days, the retry days of that time have passed: a card is not tried for each of them in a row.
    internal void Decline(ChargeRequest request, Instant told)
    {
        Declined++;
        Reason = Failed;
        declinedAt = Instant.Max(request.Requested.At, told);
    }

    /// <summary>When it is charged next; null: not now, or not any more.</summary>
    public Instant? NextAt(OpenDocument document)
    {
        if (document.Outstanding == 0 || IsHeld || Newest?.Status == "pending") return null;
        return declinedAt is { } at ? CollectionDays.RetryAt(planned.FirstAt, at, DateTimeZoneProviders.Tzdb[planned.TimeZone]) : planned.FirstAt;
    }

    /// <summary>
    /// The arrears situation: <c>pending</c> (tried again by itself), <c>in_progress</c> (somebody must act), <c>resolved</c> or <c>written_off</c>; null:
    /// nothing was declined or taken back.
    /// </summary>
    public string? Arrears(OpenDocument document) => Reason is null ? null
        : document.Status == "cancelled" ? "written_off"
        : document.Outstanding == 0 ? "resolved"
        : Newest?.Status == "pending" || NextAt(document) is not null ? "pending" : "in_progress";
}

/// <summary>By invoice, and requests by id.</summary>
public sealed class CollectionBook
{
    private readonly Dictionary<string, InvoiceCollection> byDocument = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChargeRequest> requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TopUpCharge> topUps = new(StringComparer.Ordinal);

    /// <summary>That of an invoice, or null.</summary>
    public InvoiceCollection? Of(string document) => byDocument.GetValueOrDefault(document);

    /// <summary>All.</summary>
    public IReadOnlyCollection<InvoiceCollection> All => byDocument.Values;

    /// <summary>A request, or null.</summary>
    public ChargeRequest? Request(string id) => requests.GetValueOrDefault(id);

    /// <summary>What a wallet has asked for, by the request's id, or null.</summary>
    public TopUpCharge? TopUp(string id) => topUps.GetValueOrDefault(id);

    internal void Apply(TopUpRequested requested) => topUps.Add(requested.Id, new TopUpCharge(requested));

    internal void Apply(CollectionPlanned planned) => byDocument.Add(planned.Document, new InvoiceCollection(planned));

    internal void Apply(ChargeRequested requested)
    {
        var request = new ChargeRequest(requested);
        byDocument[requested.Document].Apply(request);
        requests.Add(requested.Id, request);
    }

    /// <summary>The invoice that a payment was collected for; null: it was not collected.</summary>
    public string? CollectedFor(string payment) => ChargeRequest.Of(payment) is { } id ? Request(id)?.Requested.Document : null;

    internal void Hold(string document) => byDocument[document].Hold();

    internal void Apply(ChargeRequestEnded ended, Instant told)
    {
        if (TopUp(ended.Id) is { } topUp)
        {
            topUp.Status = ended.Result;
            return;
        }

        var request = requests[ended.Id];
        request.Status = ended.Result;
        if (ended.Result == "declined") byDocument[request.Requested.Document].Decline(request, told);
    }
}
