// What the histories are compared with after every step: lists, sums and the ledger, kept beside the product's own accounts.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Shares;
using Shouldly;

namespace OrleansBilling.BillingTests.Shares;

public sealed partial class ShareHistories
{
    private sealed partial class History
    {
        // Of each party: what settled invoices leave it, less what payouts have taken, and again what came back.
        private decimal PayableTo(string party) => invoices.Where(one => one.IsPayable).Sum(one => Left(one, party))
            - payouts[party].Sum(one => one.Amount) + payouts[party].Where(one => one.Returned).Sum(one => one.Amount);

        private decimal Left(Invoice invoice, string party) => invoice.Posted[Array.IndexOf(Parties, party)]
            - customer.Shares.Of(invoice.Number)!.Taken.GetValueOrDefault(party);

        private void Compare(string where)
        {
            ledger.Values.Sum().ShouldBe(0, where);
            ledger.GetValueOrDefault(Ledgers.Receivable).ShouldBe(invoices.Sum(one => one.Owed), where);
            ledger.GetValueOrDefault(Ledgers.Unapplied).ShouldBe(-(payments.Sum(one => one.Over) + overCredited), where);
            ledger.GetValueOrDefault(Ledgers.Cash).ShouldBe(payments.Sum(one => one.Amount + one.Over)
                - payouts.Values.Sum(sent => sent.Where(one => one is { Paid: true, Returned: false }).Sum(one => one.Amount)), where);
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
        public Instant? DeclinedAt { get; set; }
        public bool Pending { get; set; }
        public bool IsHeld { get; set; }
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
