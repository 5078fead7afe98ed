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

public sealed class ShareHistories
{
    private const int Histories = 10_000;
    private const int Steps = 30;
    private const int RetriesMax = 3;
    private static readonly string[] Parties = ["provider", "tenant", "seller"];
    private static readonly int[] RetryDays = [0, 3, 7, 14];
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
    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly AccountState customer = new(new AccountKey("seller", "customer", "EUR"));
        private readonly Dictionary<string, AccountState> payables = [];
        private readonly Dictionary<string, decimal> ledger = [];
        private readonly List<Invoice> invoices = [];
        private readonly List<(string Id, Invoice Of, decimal Amount)> payments = [];
        private readonly Dictionary<string, List<Sent>> payouts = Parties.ToDictionary(party => party, _ => new List<Sent>());
        private Instant now = Instant.FromUtc(2025, 5, 25, 0, 0);
        private int ids;

        public void Step(string where)
        {
            // No payout day is missed: what is payable on it is paid on it.
            var later = now + Duration.FromHours(random.Next(1, 60));
            while (CollectionDays.NextPayout(Monthly, now) <= later) PayOut(where);
            now = later > now ? later : now;
            switch (random.Next(8))
            {
                case 0 or 1: Issue(); break;
                case 2: Pay(); break;
                case 3: Reverse(); break;
                case 4: Credit(); break;
                case 5: Charge(where); break;
                case 6: PayOut(where); break;
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

        private void Paid(string id, Invoice invoice, decimal amount)
        {
            payments.Add((id, invoice, amount));
            invoice.Owed -= amount;
            if (invoice.Owed == 0) invoice.Pending = false;
        }

        private void Reverse()
        {
            if (payments.Count == 0) return;
            var at = random.Next(payments.Count);
            var (id, invoice, amount) = payments[at];
            Do(new ReversePayment(id, $"r{++ids}", "bounced"));
            payments.RemoveAt(at);
            invoice.Owed += amount;
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
            invoice.Owed -= Math.Min(net + tax, invoice.Owed);
            if (invoice.Owed == 0) invoice.Pending = false;
        }

        // A request for what is outstanding when its day has come; declined it is made again after 3, 7 and 14 days, and then not any more.
        private void Charge(string where)
        {
            var before = customer.Collections.All.Sum(one => one.Attempts);
            Take([.. CollectionDuties.Requests(customer, now).Facts]);
            var due = invoices.Where(one => one is { Owed: > 0, Pending: false, Declined: <= RetriesMax }
                && one.FirstAt.PlusDays(RetryDays[one.Declined]) <= Day).ToList();
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
                if (!succeeds) invoice.Declined++;
                else Paid($"charge:{request.Id}", invoice, Math.Min(request.Amount, invoice.Owed));
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

        // Of each party: what settled invoices leave it, less what payouts have taken, and again what came back.
        private decimal PayableTo(string party) => invoices.Where(one => one.IsPayable).Sum(one => Left(one, party))
            - payouts[party].Sum(one => one.Amount) + payouts[party].Where(one => one.Returned).Sum(one => one.Amount);

        private decimal Left(Invoice invoice, string party) => invoice.Posted[Array.IndexOf(Parties, party)]
            - customer.Shares.Of(invoice.Number)!.Taken.GetValueOrDefault(party);

        private void Compare(string where)
        {
            ledger.Values.Sum().ShouldBe(0, where);
            foreach (var invoice in invoices)
            {
                customer.Document(invoice.Number)!.Outstanding.ShouldBe(invoice.Owed, where);
                var taken = customer.Shares.Of(invoice.Number)!.Taken;
                taken.Values.Sum().ShouldBe(invoice.CreditedNet, where);
                for (var i = 0; i < Parties.Length; i++)
                {
                    taken.GetValueOrDefault(Parties[i]).ShouldBeInRange(0, invoice.Posted[i], where);
                    // In proportion, to within a cent for each credit note.
                    Math.Abs(taken.GetValueOrDefault(Parties[i]) - (invoice.Posted[i] * invoice.CreditedNet / invoice.Net))
                        .ShouldBeLessThanOrEqualTo(0.01m * Math.Max(1, customer.Document(invoice.Number)!.Notes.Count) * Parties.Length, where);
                }
            }

            foreach (var (party, account) in payables)
            {
                var sent = payouts[party];
                var owed = invoices.Sum(one => Left(one, party)) - sent.Where(one => one.Paid && !one.Returned).Sum(one => one.Amount);
                account.Payables.Owed.ShouldBe(owed, where);
                account.Payables.Payable.ShouldBe(PayableTo(party), where);
                account.Payables.Closed.ShouldBe(sent.Where(one => !one.Paid).Sum(one => one.Amount), where);
                ledger.GetValueOrDefault(Ledgers.Payable(party)).ShouldBe(-owed, where);
            }
        }

        private LocalDate Day => now.InUtc().Date;

        private void Do(AccountCommand command)
        {
            var decision = command.Decide(customer);
            decision.Refusal.ShouldBeNull();
            Take([.. decision.Facts]);
        }

        // As the account's ledger does it: what follows stands with what it follows from, in the customer's account and in those of the parties.
        private void Take(params AccountFact[] facts)
        {
            var documents = new HashSet<string>();
            foreach (var fact in facts) documents.UnionWith(Apply(fact));
            while (FollowUps.Next(customer, documents) is { } next) documents.UnionWith(Apply(next));
        }

        private IEnumerable<string> Apply(AccountFact fact)
        {
            Append(customer, [fact]);
            foreach (var (key, shared) in PayableFacts.Of(fact, customer).ToList())
            {
                if (!payables.TryGetValue(key.Buyer, out var account)) payables[key.Buyer] = account = new AccountState(key);
                Append(account, [shared]);
            }

            return AccountItems.DocumentsOf(fact);
        }

        private void Append(AccountState account, IEnumerable<AccountFact> facts)
        {
            foreach (var fact in facts)
            {
                account.Apply(new RecordedFact(account.Version + 1, now, "test", AccountFact.Read(fact.ToBody())));
                foreach (var line in Postings.Of(fact, account.Key)) ledger[line.Ledger] = ledger.GetValueOrDefault(line.Ledger) + line.Amount;
            }
        }
    }

    private sealed class Invoice(string number, decimal net, decimal total, bool atIssue, decimal[] posted, Instant at)
    {
        public string Number => number;
        public decimal Net => net;
        public decimal Total { get; } = total;
        public bool AtIssue => atIssue;
        public decimal[] Posted => posted;
        public Instant At => at;
        public decimal Owed { get; set; } = total;
        public decimal CreditedNet { get; set; }
        public decimal CreditedTax { get; set; }
        public LocalDate FirstAt { get; set; }
        public int Declined { get; set; }
        public bool Pending { get; set; }
        public bool IsPayable => atIssue || Owed == 0;
    }

    private sealed class Sent(string number, decimal amount)
    {
        public string Number => number;
        public decimal Amount => amount;
        public bool Paid { get; set; }
        public bool Returned { get; set; }
    }
}
