// Between streams: receipts are grants, what was given back arrived, payments left and arrived once, and all of it adds up over the tree.
namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class TreeAudit(Dictionary<string, SubscriptionBook> subscriptions, Dictionary<string, WalletBook> wallets, Findings findings)
{
    public void Check(bool atRest)
    {
        foreach (var (id, wallet) in wallets)
        {
            foreach (var (name, child) in wallet.Children)
                Child(id, name, child, atRest);
            Payments(id, wallet, atRest);
            var beyond = Beyond(id);
            findings.Require(wallet.Day.Passed.By <= beyond, Kind.OverSpend,
                () => $"{wallet.Day.Passed.At}: {id} passes its daily limit by {wallet.Day.Passed.By}; a child had {beyond} at one time.");
            if (atRest)
                AddsUp(id, wallet);
        }

        foreach (var (id, subscription) in subscriptions)
        {
            foreach (var purse in subscription.Purses)
                Receipts($"subscription/{id}", purse.Wallet, purse.Slices);
        }

        foreach (var (id, wallet) in wallets.Where(wallet => wallet.Value.Parent is not null))
            Receipts($"wallet/{id}", wallet.Parent!, wallet.ParentSlices);
    }

    // Nothing is received that was not granted, in number and amount.
    private void Receipts(string child, string wallet, List<decimal> received)
    {
        var granted = wallets.GetValueOrDefault(wallet)?.Children.GetValueOrDefault(child)?.Slices ?? [];
        var same = received.Count <= granted.Count && received.SequenceEqual(granted.Take(received.Count));
        findings.Require(same, Kind.Slices, () => $"{child} received {string.Join(' ', received)} of {wallet}, which granted {string.Join(' ', granted)}.");
    }

    private void Child(string wallet, string name, ChildBook child, bool atRest)
    {
        var (slices, returned, spent, forced, refunded) = Told(wallet, name);
        findings.Require(child.Returned <= returned && child.Spent + child.Refunded <= spent + refunded && child.Refunded <= refunded && child.Forced <= forced, Kind.Sums,
            () => $"{wallet} took {child.Returned} back from {name} and {child.Spent} as spent ({child.Forced} forced); the child journaled {returned}, {spent}, {forced}.");
        if (!atRest)
            return;
        findings.Require(slices == child.Slices.Count, Kind.Unrest, () => $"{wallet} granted {child.Slices.Count} slices to {name}, of which {slices} arrived.");
        findings.Require((child.Returned, child.Spent, child.Forced, child.Refunded) == (returned, spent, forced, refunded), Kind.Sums,
            () => $"At rest {wallet} has returned {child.Returned}, spent {child.Spent}, forced {child.Forced}, refunded {child.Refunded} of {name}, whose journal says {returned}, {spent}, {forced}, {refunded}.");
        findings.Require(child.Out == 0, Kind.Unrest, () => $"At rest {name} still holds {child.Out} of {wallet}.");
    }

    // By what a child has at one time, and what holds of all keep, here and in wallets inside.
    private decimal Beyond(string wallet) => subscriptions.Values.Select(one => one.MostOf(wallet)).DefaultIfEmpty().Max()
        + subscriptions.Values.Sum(one => one.MostHeldOf(wallet)) + wallets.Where(one => one.Value.Parent == wallet).Sum(one => Beyond(one.Key));

    // What the child's own stream says about a wallet.
    private (int Slices, decimal Returned, decimal Spent, decimal Forced, decimal Refunded) Told(string wallet, string child)
    {
        var id = child[(child.IndexOf('/') + 1)..];
        if (wallets.TryGetValue(id, out var inner))
            return (inner.ParentSlices.Count, inner.ParentReturned, inner.Spent, inner.ParentForced, inner.Refunded);
        var purse = subscriptions.GetValueOrDefault(id)?.Purses.Find(one => one.Wallet == wallet);
        return purse is null ? (0, 0, 0, 0, 0) : (purse.Slices.Count, purse.Returned, purse.Spent, purse.Forced, purse.Refunded);
    }

    private void Payments(string from, WalletBook wallet, bool atRest)
    {
        foreach (var payment in wallet.Payments.Values)
        {
            var credits = wallets.GetValueOrDefault(payment.To)?.Credits.Where(credit => (credit.From, credit.Reference) == (from, payment.Reference)).ToList() ?? [];
            var arrived = wallet.Arrived.Contains(payment.Reference);
            findings.Require(!arrived || credits.Count == 1, Kind.Lost, () => $"Payment {payment.Reference} of {from} is said to have arrived in {payment.To}, where it is {credits.Count} times.");
            findings.Require(credits.TrueForAll(credit => credit.Amount == payment.Credited), Kind.Sums, () => $"Payment {payment.Reference} of {from} arrived with another amount.");
            findings.Require(!atRest || arrived, Kind.Unrest, () => $"Payment {payment.Reference} of {from} is under way at rest.");
        }

        foreach (var credit in wallet.Credits.Where(credit => credit.From.Length > 0))
        {
            var payment = wallets.GetValueOrDefault(credit.From)?.Payments.GetValueOrDefault(credit.Reference);
            findings.Require(payment?.To == from, Kind.Unasked, () => $"{from} is credited {credit.Amount} by {credit.From} ({credit.Reference}), which did not pay it.");
        }
    }

    // Paid in = spent by events everywhere below + what is left.
    private void AddsUp(string id, WalletBook wallet)
    {
        var spent = SpentBelow(id);
        findings.Require(wallet.Paid == spent + wallet.Balance, Kind.Sums, () => $"{id}: {wallet.Paid} was paid in, {spent} was spent below it, {wallet.Balance} is left.");
    }

    private decimal SpentBelow(string wallet) =>
        subscriptions.Values.SelectMany(one => one.Purses).Where(purse => purse.Wallet == wallet).Sum(purse => purse.Spent)
            + wallets.Where(one => one.Value.Parent == wallet).Sum(one => SpentBelow(one.Key));
}
