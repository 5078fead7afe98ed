// An account under test: commands are decided and applied as the grain does it.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.BillingTests.Accounts;

internal sealed class LiveAccount
{
    public static readonly LocalDate Day = new(2025, 5, 10);

    public AccountState State { get; } = new(new AccountKey("seller", "buyer", "EUR"));

    public List<AccountFact> Facts { get; } = [];

    /// <summary>The refusal, or null.</summary>
    public Refusal? Decide(AccountCommand command) => Take(command.Decide(State));

    public Refusal? Take(Decision decision)
    {
        foreach (var fact in decision.Facts)
        {
            State.Apply(new RecordedFact(State.Version + 1, Instant.FromUtc(2025, 5, 10, 12, 0), "test", AccountFact.Read(fact.ToBody())));
            Facts.Add(fact);
        }

        return decision.Refusal;
    }

    public void Charge(string id, decimal amount, string agreement = "a", Instant? at = null) => Decide(new PostCharge(new Charged
    {
        Id = id, Agreement = agreement, Kind = "charge", At = at ?? Instant.FromUtc(2025, 5, 10, 0, 0), Amount = amount, Description = id, From = Day, To = Day,
    }));

    public IReadOnlyList<SealedPart> Seal(string period, Instant end, decimal otherNet)
    {
        var order = new SealOrder("monthly", period, end, "a", otherNet, RoundingMode.HalfAwayFromZero);
        Take(ChargeSealer.Record(State, order));
        return ChargeSealer.Take(State, order)?.Parts ?? [];
    }
}
