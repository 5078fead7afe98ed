// Shares on paper (MAES-02), and what holds for all percentages and refunds.
using System.Globalization;
using FsCheck.Fluent;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Shares;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Shares;

public sealed class ShareTests
{
    private static readonly AgreementSplit[] SeventyTwentyTen =
        [new() { Party = "provider", Percent = 70 }, new() { Party = "t1", Percent = 20 }, new() { Party = "market", Percent = 10 }];

    [Theory]
    [InlineData("19.95", true, "crm 13.97, t1 3.99, market 1.99")]
    [InlineData("29.90", true, "crm 20.93, t1 5.98, market 2.99")]
    [InlineData("15.00", false, "crm 15.00")]
    [InlineData("0.01", true, "crm 0.01")]
    public void MAES_02_each_bill_is_split_by_itself(string amount, bool commissionable, string parts) =>
        Text(ShareSplit.OfBill(Number(amount), "AUD", SeventyTwentyTen, "crm", commissionable)).ShouldBe(parts);

    [Fact]
    public void a_provider_that_is_also_the_tenant_gets_both_parts() =>
        Text(ShareSplit.OfBill(19.95m, "AUD", SeventyTwentyTen, "t1", true)).ShouldBe("t1 17.96, market 1.99");

    [Theory]
    [InlineData("300.00", "10", "rs1 30.00, operator 270.00")]
    [InlineData("0.05", "10", "rs1 0.01, operator 0.04")]
    [InlineData("0.04", "10", "operator 0.04")]
    [InlineData("300.00", "0", "operator 300.00")]
    public void a_commission_is_rounded_once(string net, string rate, string parts) =>
        Text(ShareSplit.OfCommission(Number(net), "EUR", RoundingMode.HalfAwayFromZero, new CommissionTerms { Rate = Number(rate) }, "rs1", "operator"))
            .ShouldBe(parts);

    [Fact]
    public void refunds_are_taken_back_by_the_shares_as_posted_and_the_last_takes_the_remainder()
    {
        Share[] posted = [new("crm", 13.97m), new("t1", 3.99m), new("market", 1.99m)];
        var taken = new Dictionary<string, decimal>();
        Text(Take(posted, taken, 10.00m)).ShouldBe("crm 7.00, t1 2.00, market 1.00");
        Text(Take(posted, taken, 9.00m)).ShouldBe("crm 6.30, t1 1.80, market 0.90");
        Text(Take(posted, taken, 0.95m)).ShouldBe("crm 0.67, t1 0.19, market 0.09");
        taken.ShouldBe(posted.ToDictionary(share => share.Party, share => share.Amount), ignoreOrder: true);
        Should.Throw<ArgumentOutOfRangeException>(() => Take(posted, taken, 0.01m));
    }

    [Fact]
    public void a_sellers_discount_is_not_taken_back_from_anybody_until_all_is()
    {
        Share[] posted = [new("crm", 20m), new("market", -5m)];
        var taken = new Dictionary<string, decimal>();
        Text(Take(posted, taken, 9m)).ShouldBe("crm 9.00");
        Text(Take(posted, taken, 6m)).ShouldBe("crm 11.00, market -5");
    }

    [Fact]
    public void the_parts_are_the_whole_for_any_percentages() =>
        (from cents in Gen.Choose(1, 10_000_000)
         from weights in Gen.Choose(0, 1_000).NonEmptyListOf()
         select (cents, weights.Take(16).ToArray())).ShouldHold(at =>
        {
            var (cents, weights) = at;
            if (weights.All(weight => weight == 0)) return true;
            var splits = weights.Select((weight, i) => new AgreementSplit { Party = i == 0 ? "provider" : $"p{i}", Percent = weight / 10m }).ToArray();
            var (amount, whole) = (cents / 100m, splits.Sum(split => split.Percent));
            var parts = ShareSplit.OfBill(amount, "EUR", splits, "crm", true);
            return parts.Sum(part => part.Amount) == amount && parts.All(part =>
                decimal.Abs(part.Amount - amount * splits.Single(split => (split.Party == "provider" ? "crm" : split.Party) == part.Party).Percent / whole) < 0.01m);
        });

    [Fact]
    public void no_sequence_of_refunds_takes_more_from_anybody_than_it_got_and_all_of_them_take_everything() =>
        (from cents in Gen.Choose(0, 500).NonEmptyListOf()
         from refunds in Gen.Choose(0, 60).NonEmptyListOf()
         select (cents.Take(6).ToArray(), refunds.ToArray())).ShouldHold(at =>
        {
            var posted = at.Item1.Select((cents, i) => new Share($"p{i}", cents / 100m)).ToArray();
            var taken = new Dictionary<string, decimal>();
            foreach (var cents in at.Item2)
            {
                var refund = decimal.Min(cents / 100m, Left(posted, taken));
                if (Take(posted, taken, refund).Sum(part => part.Amount) != refund || !Within(posted, taken)) return false;
            }

            Take(posted, taken, Left(posted, taken));
            return posted.All(share => taken.GetValueOrDefault(share.Party) == share.Amount);
        });

    [Fact]
    public void a_note_of_single_bills_takes_them_back_by_their_own_shares_and_the_last_note_takes_the_remainder()
    {
        var shares = Accrued();
        Text(Note(shares, ("sms", 15.00m))).ShouldBe("sms 15.00");
        Text(Note(shares, ("crm", 10.00m), ("books", 0.01m))).ShouldBe("crm 7.00, t1 2.00, market 1.00, books 0.01");
        Text(Note(shares, (null, 10.00m))).ShouldBe("crm 2.80, t1 2.00, market 1.00, books 4.20", "by the whole, as before: nobody gives back more than it has");
        Text(Note(shares, ("crm", 9.95m))).ShouldBe("crm 4.17, t1 2.77, market 1.38, books 1.63",
            "what the whole has taken of CRM's bill cannot be taken again: the rest is everybody's");
        Text(Note(shares, (null, 64.85m - 44.96m))).ShouldBe("t1 3.20, market 1.60, books 15.09");
        shares.Left.Select(share => share.Amount).ShouldAllBe(left => left == 0);
    }

    [Fact]
    public void whatever_is_credited_of_bills_and_of_the_whole_nobody_gives_back_more_than_it_got() =>
        (from steps in (from bill in Gen.Elements("crm", "books", "sms", "") from cents in Gen.Choose(1, 1_500) select (bill, cents)).NonEmptyListOf()
         select steps.Take(30).ToArray()).ShouldHold(steps =>
        {
            var (shares, bills) = (Accrued(), Bills.ToDictionary(bill => bill.Id, bill => bill.Amount));
            foreach (var (bill, cents) in steps)
            {
                var most = Math.Min(shares.Left.Sum(share => share.Amount), bill.Length == 0 ? decimal.MaxValue : bills[bill]);
                var amount = Math.Min(cents / 100m, most);
                if (amount == 0) continue;
                if (bill.Length > 0) bills[bill] -= amount;
                if (Note(shares, (bill.Length == 0 ? null : bill, amount)).Sum(part => part.Amount) != amount) return false;
                if (shares.Left.Any(share => share.Amount < 0) || shares.Taken.Values.Any(taken => taken < 0)) return false;
            }

            return shares.TakenNet == 64.85m - shares.Left.Sum(share => share.Amount);
        });

    [Fact]
    public void a_note_carries_what_it_takes_back_of_the_commission_and_all_notes_together_carry_it_whole() =>
        (from net in Gen.Choose(1, 50_000) from rate in Gen.Choose(1, 90) from cents in Gen.Choose(1, 9_000).NonEmptyListOf()
         select (Net: net / 100m, Rate: rate, Notes: cents.Take(12).ToArray())).ShouldHold(given =>
        {
            var terms = new CommissionPart
            {
                Beneficiary = "rs1", Rate = given.Rate, Basis = "paid", Amount = Rounding.ToCurrency(given.Net * given.Rate / 100, "EUR", RoundingMode.HalfAwayFromZero),
            };
            notes.Clear();
            account = new AccountState(new AccountKey("market", "cld-1", "EUR"));
            Record(new SharesAccrued { Document = "D", Calendar = "c", Shares = [.. ShareSplit.Merge([new("rs1", terms.Amount), new("market", given.Net - terms.Amount)])] });
            var (shares, left, carried) = (account.Shares.Of("D")!, given.Net, 0m);
            foreach (var cents in given.Notes.Append(int.MaxValue))
            {
                if (left == 0) break;
                var amount = Math.Min(cents / 100m, left);
                left -= amount;
                var posted = Note(shares, (null, amount)).Where(part => part.Party == "rs1").Sum(part => part.Amount);
                var part = NoteCommission.Of(terms, given.Net, notes, "EUR");
                if (part with { Amount = terms.Amount } != terms || part.Amount != posted) return false;
                carried += part.Amount;
            }

            return carried == terms.Amount;
        });

    private static readonly CreditedBill[] Bills =
    [
        new("crm", [new("crm", 13.97m), new("t1", 3.99m), new("market", 1.99m)]), new("books", [new("books", 20.93m), new("t1", 5.98m), new("market", 2.99m)]),
        new("sms", [new("sms", 15.00m)]),
    ];

    private readonly List<CreditNoted> notes = [];
    private AccountState account = null!;

    // The invoice of MAES-02.
    private DocumentShares Accrued()
    {
        notes.Clear();
        account = new AccountState(new AccountKey("market", "cld-1", "AUD"));
        Record(new SharesAccrued { Document = "D", Calendar = "c", Shares = [.. ShareSplit.Merge(Bills.SelectMany(bill => bill.Shares))] });
        return account.Shares.Of("D")!;
    }

    private void Record(AccountFact fact) => account.Apply(new RecordedFact(account.Version + 1, default, "test", AccountFact.Read(fact.ToBody())));

    private IReadOnlyList<Share> Note(DocumentShares shares, params (string? Bill, decimal Amount)[] lines)
    {
        notes.Add(new CreditNoted
        {
            Number = $"D-C{notes.Count}", Document = "D", By = "", Asked = "", On = new(2025, 6, 1), Reason = "", Net = lines.Sum(line => line.Amount), Tax = 0,
            Applied = 0, Parts = [],
            Lines = [.. lines.Select(line => new CreditLine("", 1, line.Amount, "S", 10, null, Bills.FirstOrDefault(bill => bill.Id == line.Bill)))],
        });
        var parts = NoteClawback.Next(shares, notes, "AUD");
        Record(new SharesTakenBack { Document = "D", Number = shares.TakenBack + 1, Shares = [.. parts] });
        return parts;
    }

    private static decimal Left(Share[] posted, Dictionary<string, decimal> taken) => posted.Sum(share => share.Amount) - taken.Values.Sum();

    private static bool Within(Share[] posted, Dictionary<string, decimal> taken) =>
        posted.All(share => taken.GetValueOrDefault(share.Party) >= 0 && taken.GetValueOrDefault(share.Party) <= share.Amount);

    private static IReadOnlyList<Share> Take(Share[] posted, Dictionary<string, decimal> taken, decimal refund)
    {
        var parts = Clawback.Of(posted, taken, refund, "EUR");
        foreach (var part in parts) taken[part.Party] = taken.GetValueOrDefault(part.Party) + part.Amount;
        return parts;
    }

    private static string Text(IEnumerable<Share> shares) => string.Join(", ", shares.Select(share => $"{share.Party} {MoneyText.Exact(share.Amount)}"));

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
