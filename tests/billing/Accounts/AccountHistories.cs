// Ten thousand random histories of an account against a model that was written from the rules, not from the code.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class AccountHistories
{
    private const int Histories = 10_000;
    private const int Steps = 25;

    [Fact]
    public void the_ledger_balances_and_receivables_are_open_documents_after_every_step_of_any_history()
    {
        for (var seed = 0; seed < Histories; seed++)
        {
            var history = new History(seed);
            for (var step = 0; step < Steps; step++)
                history.Step($"seed {seed}, step {step}");
        }
    }

    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly LiveAccount account = new();
        private readonly Model model = new();
        private readonly Dictionary<string, decimal> ledger = [];
        private int ids, seen;

        public void Step(string where)
        {
            switch (random.Next(9))
            {
                case 0: Open(); break;
                case 1 or 2: Pay(); break;
                case 3: Reverse(); break;
                case 4: Credit(); break;
                case 5: Withhold(); break;
                case 6: Allocate(); break;
                case 7: Wallet(); break;
                default: account.Take(Allocations.ToNewDocuments(account.State)); model.UseForNew(); break;
            }

            Compare(where);
        }

        private void Open()
        {
            var (number, net, prepaid) = ($"D{++ids}", random.Next(1, 5000) / 100m, random.Next(4) == 0 ? 0.25m : 0);
            var tax = decimal.Truncate(net * 24) / 100;
            var owed = Math.Max(0, net + tax - prepaid);
            account.Take(Decision.Of(new DocumentOpened
            {
                Number = number, Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = LiveAccount.Day, DueDate = LiveAccount.Day, Net = net,
                Tax = tax, Total = net + tax, Outstanding = owed, Revenue = random.Next(2) == 0 ? [] : [new RevenuePart { Of = "m", Net = net }],
            }));
            model.Open(number, net, tax, owed);
            model.InWallets -= net + tax - owed;
        }

        // Numbers of two wallets; now and then one that was booked before, or one that comes too early.
        private void Wallet()
        {
            var (wallet, amount) = (random.Next(2), random.Next(1, 5000) / 1000m);
            var (kind, sign, against) = Model.WalletKinds[random.Next(Model.WalletKinds.Length)];
            var number = model.Wallets[wallet] + random.Next(3);
            var fact = new WalletMoney { Wallet = $"w{wallet}", Number = number, Kind = kind, Amount = amount, At = Instant.FromUtc(2025, 5, 10, 12, 0) };
            var refusal = account.Decide(new BookWallet(fact));
            (refusal?.Code).ShouldBe(number > model.Wallets[wallet] + 1 ? "out_of_order" : null);
            if (number != model.Wallets[wallet] + 1)
                return;
            model.Wallets[wallet]++;
            model.InWallets += sign * amount;
            model.Against[against] = model.Against.GetValueOrDefault(against) + (sign * amount);
        }

        private void Pay()
        {
            var id = $"P{++ids}";
            var parts = model.Open().Where(_ => random.Next(2) == 0).Select(document => (document.Number, Amount: Some(document.Owed))).ToList();
            var amount = parts.Sum(part => part.Amount) + (random.Next(1000) / 100m);
            if (amount == 0)
                return;
            var fact = new PaymentReceived
            {
                Id = id, Amount = amount, Method = "cash", ReceivedOn = LiveAccount.Day,
                Allocations = [.. parts.Select(part => new Allocation(part.Number, part.Amount))],
            };
            account.Decide(new ReceivePayment(fact)).ShouldBeNull();
            // A repeat changes nothing.
            account.Decide(new ReceivePayment(fact)).ShouldBeNull();
            model.Pay(id, amount, parts);
        }

        private void Reverse()
        {
            if (model.Payments.Count == 0)
                return;
            var id = model.Payments.ElementAt(random.Next(model.Payments.Count));
            var refusal = account.Decide(new ReversePayment(id, $"r{++ids}", "bounced"));
            refusal?.Code.ShouldBe("already_reversed");
            model.Reverse(id).ShouldBe(refusal is null);
        }

        private void Credit()
        {
            if (model.All.Count == 0)
                return;
            var document = model.All[random.Next(model.All.Count)];
            var (net, full) = (Some(document.Net), random.Next(3) == 0);
            CreditLine[] lines = full ? [] : [new("part", 1, net, "S", 24)];
            var refusal = account.Decide(new IssueCreditNote($"c{++ids}", document.Number, full ? "full" : "amount", "why", LiveAccount.Day, "toward_zero",
                [new TaxPart { Category = "S", Rate = 24, Net = document.Net, Tax = document.Tax }], lines));
            model.Credit(document, full ? null : net, account.Facts.OfType<CreditNoted>().LastOrDefault()?.Number).ShouldBe(refusal?.Code);
        }

        private void Withhold()
        {
            if (model.Open().FirstOrDefault() is not { } document)
                return;
            var (id, amount) = ($"W{++ids}", Some(document.Owed));
            var fact = new Withheld { Id = id, Document = document.Number, Amount = amount, Quarter = "2025-Q2", On = LiveAccount.Day };
            account.Decide(new Withhold(fact)).ShouldBeNull();
            document.Owed -= amount;
            model.Forget();
            if (random.Next(2) == 0)
                return;
            account.Decide(new ReverseWithholding(id, "x", "wrong")).ShouldBeNull();
            document.Owed += amount;
        }

        private void Allocate()
        {
            if (model.Open().LastOrDefault() is not { } document)
                return;
            var amount = Some(document.Owed);
            var refusal = account.Decide(new AllocateCredit($"a{++ids}", LiveAccount.Day, [new Allocation(document.Number, amount)]));
            refusal?.Code.ShouldBe("insufficient_credit");
            model.Allocate(document, amount).ShouldBe(refusal is null);
        }

        private void Compare(string where)
        {
            foreach (var fact in account.Facts.Skip(seen))
                foreach (var line in Postings.Of(fact, account.State.Key))
                    ledger[line.Ledger] = ledger.GetValueOrDefault(line.Ledger) + line.Amount;
            seen = account.Facts.Count;
            ledger.Values.Sum().ShouldBe(0, where);
            ledger.GetValueOrDefault(Ledgers.Receivable).ShouldBe(model.All.Sum(document => document.Owed), where);
            ledger.GetValueOrDefault(Ledgers.Unapplied).ShouldBe(-model.Unapplied, where);
            account.State.Unapplied.ShouldBe(model.Unapplied, where);
            ledger.GetValueOrDefault("wallet_liability").ShouldBe(-model.InWallets, where);
            foreach (var (name, sum) in model.Against.Where(one => one.Key != "cash"))
                ledger.GetValueOrDefault(name).ShouldBe(sum, where);
            account.State.Documents.Select(document => (document.Opened.Number, document.Outstanding))
                .ShouldBe(model.All.Select(document => (document.Number, document.Owed)), where);
        }

        private decimal Some(decimal most) => Math.Max(0.01m, decimal.Truncate(most * random.Next(1, 101)) / 100);
    }

    /// <summary>Lists and sums, nothing else.</summary>
    private sealed class Model
    {
        private readonly List<(string Source, decimal Left)> credit = [];
        private readonly List<(string Source, Document Document, decimal Amount)> uses = [];
        private readonly HashSet<string> reversed = [];
        private readonly List<Document> waiting = [];

        // What happens to wallets' money, whether they hold more or less by it, and what stands against it.
        public static readonly (string Kind, int Sign, string Against)[] WalletKinds =
        [
            ("opened", 1, "opening_balance"), ("top_up", 1, "cash"), ("withdrawn", -1, "cash"), ("grant", 1, "promotional_expense"),
            ("grant_expired", -1, "promotional_expense"), ("transfer_in", 1, "wallet_transfers"), ("transfer_out", -1, "wallet_transfers"),
            ("units_bought", -1, "wallet_units"), ("expired", -1, "revenue:breakage"),
        ];

        public long[] Wallets { get; } = [0, 0];
        public decimal InWallets { get; set; }
        public Dictionary<string, decimal> Against { get; } = [];
        public List<Document> All { get; } = [];
        public List<string> Payments { get; } = [];
        public decimal Unapplied => credit.Sum(one => one.Left);

        public IEnumerable<Document> Open() => All.Where(document => document.Owed > 0);

        public void Open(string number, decimal net, decimal tax, decimal owed)
        {
            var document = new Document { Number = number, Net = net, Tax = tax, Owed = owed, NetLeft = net, TaxLeft = tax };
            All.Add(document);
            if (Unapplied > 0 && owed > 0) waiting.Add(document);
        }

        public void Pay(string id, decimal amount, List<(string Number, decimal Amount)> parts)
        {
            Payments.Add(id);
            foreach (var (number, part) in parts)
            {
                var document = All.Single(one => one.Number == number);
                document.Owed -= part;
                uses.Add((id, document, part));
            }

            credit.Add((id, amount - parts.Sum(part => part.Amount)));
            Forget();
        }

        public bool Reverse(string id)
        {
            if (!reversed.Add(id))
                return false;
            foreach (var use in uses.Where(use => use.Source == id))
                use.Document.Owed += use.Amount;
            uses.RemoveAll(use => use.Source == id);
            credit.RemoveAll(one => one.Source == id);
            Forget();
            return true;
        }

        public string? Credit(Document document, decimal? net, string? number)
        {
            if (document.NetLeft == 0)
                return "fully_credited";
            if (net > document.NetLeft)
                return "exceeds_invoice";
            var taken = net ?? document.NetLeft;
            var tax = taken == document.NetLeft ? document.TaxLeft : Math.Min(decimal.Truncate(taken * 24) / 100, document.TaxLeft);
            document.NetLeft -= taken;
            document.TaxLeft -= tax;
            var applied = Math.Min(taken + tax, document.Owed);
            document.Owed -= applied;
            credit.Add((number!, taken + tax - applied));
            Forget();
            return null;
        }

        public bool Allocate(Document document, decimal amount)
        {
            if (amount > Unapplied)
                return false;
            Use(document, amount);
            Forget();
            return true;
        }

        public void UseForNew()
        {
            foreach (var document in waiting)
                Use(document, Math.Min(document.Owed, Unapplied));
            Forget();
        }

        // A document that was settled once has had its turn, also if it is opened again.
        public void Forget()
        {
            if (Unapplied == 0) waiting.Clear();
            waiting.RemoveAll(document => document.Owed == 0);
        }

        private void Use(Document document, decimal amount)
        {
            for (var i = 0; i < credit.Count && amount > 0; i++)
            {
                var part = Math.Min(credit[i].Left, amount);
                if (part == 0)
                    continue;
                credit[i] = (credit[i].Source, credit[i].Left - part);
                uses.Add((credit[i].Source, document, part));
                document.Owed -= part;
                amount -= part;
            }
        }
    }

    private sealed class Document
    {
        public required string Number { get; init; }
        public required decimal Net { get; init; }
        public required decimal Tax { get; init; }
        public decimal Owed { get; set; }
        public decimal NetLeft { get; set; }
        public decimal TaxLeft { get; set; }
    }
}
