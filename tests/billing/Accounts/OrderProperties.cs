// Facts of an account that have nothing to do with each other: in whatever order they arrive, the same is owed, and the ledger says the same.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class OrderProperties
{
    private static readonly Instant End = Instant.FromUtc(2025, 5, 31, 21, 0);

    [Fact]
    public void the_order_of_payments_notes_and_charges_that_do_not_touch_each_other_changes_nothing() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var commands = Commands(new Random(seed), out var opened);
            var shuffled = commands.ToArray();
            new Random(seed).Shuffle(shuffled);
            Outcome(opened, shuffled).ShouldBe(Outcome(opened, commands));
            return true;
        });

    // Of no document more is asked for than it owes: where it is, who comes first decides.
    private static AccountCommand[] Commands(Random random, out List<DocumentOpened> opened)
    {
        opened = [];
        var commands = new List<AccountCommand>();
        for (var number = random.Next(1, 6); number > 0; number--)
        {
            var (name, net) = ($"D{number}", random.Next(100, 5000) / 100m);
            var tax = decimal.Truncate(net * 24) / 100;
            opened.Add(new DocumentOpened
            {
                Number = name, Kind = "invoice", Agreement = "a", Period = "2025-04", IssueDate = LiveAccount.Day, DueDate = LiveAccount.Day, Net = net, Tax = tax,
                Total = net + tax, Outstanding = net + tax, Revenue = [new RevenuePart { Of = "m", Net = net }],
            });
            var third = decimal.Truncate(net * 100 / 3) / 100;
            if (random.Next(2) == 0) commands.Add(Paid($"P{name}", third + (random.Next(3) == 0 ? 0.77m : 0), (name, third)));
            if (random.Next(2) == 0) commands.Add(Paid($"Q{name}", third, (name, third)));
            if (random.Next(3) == 0) commands.Add(new Withhold(new Withheld { Id = $"W{name}", Document = name, Amount = 0.11m, Quarter = "2025-Q2", On = LiveAccount.Day }));
            if (random.Next(2) == 0) commands.Add(new IssueCreditNote($"N{name}", name, "amount", "why", LiveAccount.Day, "toward_zero",
                [new TaxPart { Category = "S", Rate = 24, Net = net, Tax = tax }], [new CreditLine("part", 1, decimal.Truncate(third * 50) / 100, "S", 24)]));
        }

        for (var number = random.Next(6); number > 0; number--)
            commands.Add(Charge($"C{number}", random.Next(1, 10_000) / 1000m, random.Next(20)));
        if (random.Next(2) == 0)
            commands.Add(Charge("off", -random.Next(1, 9000) / 1000m, 3));
        return [.. commands];
    }

    private static string Outcome(List<DocumentOpened> opened, IEnumerable<AccountCommand> commands)
    {
        var account = new LiveAccount();
        foreach (var document in opened)
            account.Take(Decision.Of(document));
        foreach (var command in commands)
            account.Decide(command).ShouldBeNull();
        var charges = account.Seal("2025-05", End, 1.00m);
        var ledger = account.Facts.SelectMany(fact => Postings.Of(fact, account.State.Key)).GroupBy(line => line.Ledger)
            .Select(group => $"{group.Key} {group.Sum(line => line.Amount)}").Order(StringComparer.Ordinal);
        return string.Join('\n', ledger.Concat(account.State.Documents.Select(document => $"{document.Opened.Number} {document.Outstanding}"))
            .Append($"unapplied {account.State.Unapplied}").Concat(charges.Select(part => $"{part}").Order(StringComparer.Ordinal)));
    }

    private static ReceivePayment Paid(string id, decimal amount, (string Document, decimal Amount) part) => new(new PaymentReceived
    {
        Id = id, Amount = amount, Method = "cash", ReceivedOn = LiveAccount.Day, Allocations = [new Allocation(part.Document, part.Amount)],
    });

    private static PostCharge Charge(string id, decimal amount, int day) => new(new Charged
    {
        Id = id, Agreement = "a", Kind = "charge", At = Instant.FromUtc(2025, 5, 10, 0, 0) + Duration.FromDays(day), Amount = amount, Description = id,
        From = LiveAccount.Day, To = LiveAccount.Day,
    });
}
