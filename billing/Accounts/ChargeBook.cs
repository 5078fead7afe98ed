// The charges of an account: what is still to be billed, and what each close has taken.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A charge and what is left of it to be billed.</summary>
public sealed class ChargeState(Charged charged)
{
    /// <summary>As it was charged.</summary>
    public Charged Charged => charged;

    /// <summary>Not yet on a document; 0 when it is billed or cancelled.</summary>
    public decimal Remaining { get; internal set; } = charged.Amount;

    /// <summary>Cancelled before it was billed.</summary>
    public bool IsCancelled { get; internal set; }

    /// <summary>Whether a part of it stands on a document.</summary>
    public bool IsBegun => Run is not null;

    /// <summary>The newest close that has taken of it (<c>calendar:period</c>), or null.</summary>
    public string? Run { get; internal set; }

    /// <summary><c>submitted</c>, <c>invoiced</c> or <c>cancelled</c>. A charge of zero is invoiced once a close has taken it.</summary>
    public string Status => IsCancelled ? "cancelled" : IsBegun && Remaining == 0 ? "invoiced" : "submitted";

    /// <summary>Whether a close that ends at an instant may take it.</summary>
    public bool IsDue(string agreement, Instant before) => Status == "submitted" && charged.Agreement == agreement && charged.At < before;
}

/// <summary>By id, in the order in which they came.</summary>
public sealed class ChargeBook
{
    private readonly Dictionary<string, ChargeState> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChargesSealed> seals = new(StringComparer.Ordinal);
    private readonly List<ChargeState> order = [];

    /// <summary>All, in the order in which they came.</summary>
    public IReadOnlyList<ChargeState> All => order;

    /// <summary>One of them, or null.</summary>
    public ChargeState? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>What a close has taken, or null.</summary>
    public ChargesSealed? Sealed(string agreement, string calendar, string period) => seals.GetValueOrDefault($"{agreement}|{calendar}:{period}");

    internal void Add(Charged charged)
    {
        var state = new ChargeState(charged);
        byId.Add(charged.Id, state);
        order.Add(state);
    }

    internal void Cancel(string id)
    {
        var state = byId[id];
        (state.IsCancelled, state.Remaining) = (true, 0);
    }

    internal void Seal(ChargesSealed seal)
    {
        seals.Add(seal.FactId, seal);
        foreach (var part in seal.Parts)
        {
            var state = byId[part.Charge];
            state.Remaining -= part.Original?.Amount ?? part.Amount;
            state.Run = $"{seal.Calendar}:{seal.Period}";
        }
    }
}
