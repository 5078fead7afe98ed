// Ten thousand random histories of shared invoices, payments, credit notes, payouts and charges of cards, against sums that were written from the rules.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Shares;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Shares;

public sealed partial class ShareHistories
{
    private const int Histories = 10_000;
    private const int Steps = 30;
    private static readonly string[] Parties = ["provider", "tenant", "seller"];
    private static readonly int[] RetryDays = [3, 7, 14];
    private static readonly Calendar Monthly = new() { AnchorDay = 25, TimeZone = "Etc/UTC", ChargeDay = 2, PayoutDay = 15 };

    [Fact]
    public void what_is_owed_to_each_party_is_what_its_shares_and_payouts_come_to_after_every_step_of_any_history()
    {
        for (var seed = 0; seed < Histories; seed++)
        {
            var history = new History(seed);
            for (var step = 0; step < Steps; step++)
                history.Step($"seed {seed}, step {step}");
        }
    }

    // One customer's account, the payable accounts of two parties, and beside them lists and sums.
    private sealed partial class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly AccountState customer = new(new AccountKey("seller", "customer", "EUR"));
        private readonly Dictionary<string, AccountState> payables = [];
        private readonly Dictionary<string, decimal> ledger = [];
        private readonly List<Invoice> invoices = [];
        private readonly List<(string Id, Invoice Of, decimal Amount, decimal Over)> payments = [];
        private readonly List<(string Request, Invoice Of)> withdrawn = [];
        private decimal overCredited;
        private readonly Dictionary<string, List<Sent>> payouts = Parties.ToDictionary(party => party, _ => new List<Sent>());
        private Instant now = Instant.FromUtc(2025, 5, 25, 0, 0);
        private int ids;

        public void Step(string where)
        {
            // No payout day is missed: what is payable on it is paid on it.
            var later = now + Duration.FromHours(random.Next(1, 60));
            while (CollectionDays.NextPayout(Monthly, now) <= later) PayOut(where);
            now = later > now ? later : now;
            switch (random.Next(9))
            {
                case 0 or 1: Issue(); break;
                case 2: Pay(); break;
                case 3: Reverse(); break;
                case 4: Credit(); break;
                case 5: Charge(where); break;
                case 6: PayOut(where); break;
                case 7: Ask(where); break;
                default: SendOrReturn(); break;
            }

            Compare(where);
        }

        private void Issue()
        {
            var (number, net) = ($"D{++ids}", random.Next(1, 9_000) / 100m);
            var total = net + decimal.Truncate(net * 10) / 100;
            var first = decimal.Truncate(net * random.Next(0, 101)) / 100;
            var second = decimal.Truncate((net - first) * random.Next(0, 101)) / 100;
            var invoice = new Invoice(number, net, total, random.Next(4) == 0, [first, second, net - first - second], now);
            Take(new DocumentOpened
            {
                Number = number, Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = Day, DueDate = Day, Net = net, Tax = total - net,
                Total = total, Outstanding = total, Revenue = [],
            });
            Take(new SharesAccrued
            {
                Document = number, Calendar = "monthly", AtIssue = invoice.AtIssue,
                Shares = [.. Parties.Select((party, i) => new Share(party, invoice.Posted[i])).Where(share => share.Amount != 0)],
            });
            Take(new CollectionPlanned { Document = number, FirstAt = now.InUtc().Date.PlusDays(8).AtMidnight().InUtc().ToInstant(), TimeZone = "Etc/UTC" });
            invoice.FirstAt = now.InUtc().Date.PlusDays(8);
            invoices.Add(invoice);
        }

        private void Pay()
        {
            if (invoices.Where(one => one.Owed > 0).OrderBy(_ => random.Next()).FirstOrDefault() is not { } invoice) return;
            Receive(invoice, random.Next(2) == 0 ? invoice.Owed : Math.Max(0.01m, decimal.Truncate(invoice.Owed * 50) / 100), "transfer");
        }

        private void Receive(Invoice invoice, decimal amount, string method)
        {
            var id = $"P{++ids}";
            Do(new ReceivePayment(new PaymentReceived
            {
                Id = id, Amount = amount, Method = method, ReceivedOn = Day, Allocations = [new Allocation(invoice.Number, amount)],
            }));
            Paid(id, invoice, amount);
        }

        // What an invoice does not owe any more is an advance.
        private void Paid(string id, Invoice invoice, decimal amount)
        {
            var settled = Math.Min(amount, invoice.Owed);
            payments.Add((id, invoice, settled, amount - settled));
            invoice.Owed -= settled;
            Settled(invoice);
        }

        private void Settled(Invoice invoice)
        {
            if (invoice.Owed != 0 || !invoice.Pending) return;
            invoice.Pending = false;
            withdrawn.Add((customer.Collections.Of(invoice.Number)!.Newest!.Requested.Id, invoice));
        }

        private void Reverse()
        {
            if (payments.Count == 0) return;
            var at = random.Next(payments.Count);
            var (id, invoice, amount, _) = payments[at];
            Do(new ReversePayment(id, $"r{++ids}", "bounced"));
            payments.RemoveAt(at);
            invoice.Owed += amount;
            // What a bank has taken back from a card is not asked of it again by itself.
            invoice.IsHeld |= id.StartsWith("charge:", StringComparison.Ordinal);
        }

        private void Credit()
        {
            if (invoices.Where(one => one.Net > one.CreditedNet).OrderBy(_ => random.Next()).FirstOrDefault() is not { } invoice) return;
            var full = random.Next(3) == 0;
            var net = full ? invoice.Net - invoice.CreditedNet : Math.Max(0.01m, decimal.Truncate((invoice.Net - invoice.CreditedNet) * 40) / 100);
            Do(new IssueCreditNote($"c{++ids}", invoice.Number, full ? "full" : "amount", "why", Day, "toward_zero",
                [new TaxPart { Category = "S", Rate = 10, Net = invoice.Net, Tax = invoice.Total - invoice.Net }], full ? [] : [new("part", 1, net, "S", 10)]));
            var left = invoice.Net - invoice.CreditedNet == net;
            var tax = left ? invoice.Total - invoice.Net - invoice.CreditedTax
                : Math.Min(decimal.Truncate(net * 10) / 100, invoice.Total - invoice.Net - invoice.CreditedTax);
            (invoice.CreditedNet, invoice.CreditedTax) = (invoice.CreditedNet + net, invoice.CreditedTax + tax);
            overCredited += net + tax - Math.Min(net + tax, invoice.Owed);
            invoice.Owed -= Math.Min(net + tax, invoice.Owed);
            Settled(invoice);
        }

        // A request for what is outstanding when its day has come; declined it is made again on the next of the days 3, 7 and 14 after the first, and then not any more.
        private void Charge(string where)
        {
            var before = customer.Collections.All.Sum(one => one.Attempts);
            Take([.. CollectionDuties.Requests(customer, now).Facts]);
            var due = invoices.Where(one => one is { Owed: > 0, Pending: false } && NextDay(one) <= Day).ToList();
            (customer.Collections.All.Sum(one => one.Attempts) - before).ShouldBe(due.Count, where);
            foreach (var invoice in due)
            {
                invoice.Pending = true;
                customer.Collections.Of(invoice.Number)!.Newest!.Requested.Amount.ShouldBe(invoice.Owed, where);
            }

            foreach (var invoice in invoices.Where(one => one.Pending && random.Next(2) == 0).ToList())
            {
                var (request, succeeds) = (customer.Collections.Of(invoice.Number)!.Newest!.Requested, random.Next(3) == 0);
                Do(new AnswerChargeRequest(request.Id, succeeds, now));
                invoice.Pending = false;
                if (!succeeds) invoice.DeclinedAt = now;
                else Paid($"charge:{request.Id}", invoice, request.Amount);
            }

            TakenAllTheSame();
        }

        // Somebody says that it is to be charged again; what was never asked for, is paid or is asked for is not.
        private void Ask(string where)
        {
            if (invoices.Where(one => one is { Owed: > 0, Pending: false } && customer.Collections.Of(one.Number)!.Newest is not null)
                .OrderBy(_ => random.Next()).FirstOrDefault() is not { } invoice) return;
            var (before, command) = (customer.Collections.Of(invoice.Number)!.Attempts, new AskForCharge(invoice.Number, $"a{++ids}", now));
            Do(command);
            Do(command);
            (customer.Collections.Of(invoice.Number)!.Attempts, customer.Collections.Of(invoice.Number)!.Newest!.Requested.Amount).ShouldBe((before + 1, invoice.Owed), where);
            (invoice.Pending, invoice.IsHeld) = (true, false);
        }

        private static LocalDate? NextDay(Invoice invoice) => invoice.IsHeld ? null : invoice.DeclinedAt is not { } declined ? invoice.FirstAt
            : RetryDays.Select(days => (LocalDate?)invoice.FirstAt.PlusDays(days)).FirstOrDefault(day => day!.Value.AtMidnight().InUtc().ToInstant() > declined);

        // A request that was withdrawn when it had gone out already: now and then the money was taken.
        private void TakenAllTheSame()
        {
            foreach (var late in withdrawn.Where(_ => random.Next(2) == 0).ToList())
            {
                withdrawn.Remove(late);
                var (request, succeeds) = (customer.Collections.Request(late.Request)!.Requested, random.Next(2) == 0);
                Do(new AnswerChargeRequest(late.Request, succeeds, now));
                if (succeeds) Paid($"charge:{late.Request}", late.Of, request.Amount);
            }
        }

        // On the payout day everything that is payable is paid, or carried forward while it is not above zero.
        private void PayOut(string where)
        {
            now = CollectionDays.NextPayout(Monthly, now);
            foreach (var (party, account) in payables)
            {
                var payable = PayableTo(party);
                while (PayoutDecider.NextAt(account.Payables, "monthly", Monthly) is { } at && at <= now)
                    Append(account, PayoutDecider.Decide(account, "monthly", Monthly, now).Facts);
                foreach (var made in account.Payables.Unnumbered.ToList())
                {
                    var number = $"{party}-{++ids}";
                    Append(account, [new PayoutIssued { Id = made.Made.Id, Number = number }]);
                    payouts[party].Add(new Sent(number, made.Made.Amount));
                    made.Entries.Sum(entry => entry.Amount).ShouldBe(made.Made.Amount, where);
                }

                PayableTo(party).ShouldBe(Math.Min(0, payable), $"{where}: {party} had {payable} payable");
            }
        }

        private void SendOrReturn()
        {
            foreach (var (party, account) in payables)
            {
                foreach (var sent in payouts[party].Where(one => !one.Returned && random.Next(2) == 0))
                {
                    AccountCommand command = sent.Paid ? new ReturnPayout(sent.Number, Day) : new MarkPayoutPaid(sent.Number, Day);
                    var decision = command.Decide(account);
                    decision.Refusal.ShouldBeNull();
                    Append(account, decision.Facts);
                    (sent.Paid, sent.Returned) = (true, sent.Paid);
                }
            }
        }
    }
}
