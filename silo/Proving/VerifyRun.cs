// Walks over a store: streams in order of their numbers, each with its snapshot and its lines of documents, then what lies between streams.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

internal sealed class VerifyRun(StoreReading store, ProofNotes notes, ArchivedRows archives, VerifyProgress progress)
{
    private const string NoRows = "no row of the journal stands behind it";
    private readonly ProofFindings late = new();
    private readonly AgreementBook agreements = new(store);
    private readonly SortedSet<string> unread = new(StringComparer.Ordinal);
    private (long Streams, long Unread) bases;
    private PlanBook plans = null!;
    private (long Wallets, long Children, long Transfers, long UnderWay, long Documents, long Skipped, long Events, long Violations) counts;

    public async Task<VerifyResult> All(CancellationToken cancel)
    {
        plans = await PlanBook.Read(store, cancel);
        await Streams(cancel);
        notes.Commit();
        await Links();
        await Payments();
        var accounts = new AccountProofs(store, late);
        await accounts.All(cancel);
        await Books(accounts.Wallets);
        var cases = new CaseProofs(store, late);
        await cases.All(cancel);
        await Documents(accounts, cancel);
        await Numbers(cancel);
        progress.End();
        return new VerifyResult(await notes.Totals(cancel), counts.Skipped, counts.Wallets, counts.Children, counts.Transfers, counts.UnderWay,
            counts.Documents, late.Lines, counts.Events, progress.Elapsed, late, bases.Streams, bases.Unread, [.. unread], accounts.Facts + cases.Facts);
    }

    private async Task Streams(CancellationToken cancel)
    {
        var last = await store.LastStream(cancel);
        await using var lines = new Cursor<StreamLine>(store.Lines(cancel), one => one.Stream);
        await using var owners = new Cursor<StreamOwner>(store.StreamOwners(cancel), one => one.Stream);
        await using var snapshots = new Cursor<ReadSnapshot>(store.Snapshots(cancel), one => one.Stream);
        await using var begins = new Cursor<Begin>(Begins(cancel), one => one.Stream);
        await foreach (var stored in new StreamWalk(store, notes).All(cancel))
        {
            var begin = (await begins.Take(stored.Number)).FirstOrDefault()?.Base;
            var read = begin is not null && archives.Has(stored.Number, begin.Version);
            var stream = read ? archives.Before(stored, begin!.Version, cancel) : stored;
            Count(begin, read);
            await Orphans(lines, stream.Number);
            var billed = await lines.Take(stream.Number);
            var one = new StreamParts(stream, (await owners.Take(stream.Number)).FirstOrDefault(), (await snapshots.Take(stream.Number)).FirstOrDefault(),
                [.. billed.Select(line => line.Line)], begin);
            var digest = BilledDigest.Of(one.Billed);
            if (stream.Before is { } before && before.Head == stream.Head && before.Billed == digest)
                counts.Skipped++;
            else
                await Prove(one, read, digest, cancel);
            progress.Show("streams", stream.Number, last, counts.Events, counts.Violations);
        }

        await Orphans(lines, long.MaxValue);
    }

    private void Count(StreamBase? begin, bool read)
    {
        if (begin is null)
            return;
        bases = (bases.Streams + 1, bases.Unread + (read ? 0 : 1));
        if (!read)
            unread.Add($"{begin.Archive} (until {begin.Until})");
    }

    private async IAsyncEnumerable<Begin> Begins([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (stream, begin) in store.Bases(cancel))
            yield return new Begin(stream, begin);
    }

    private sealed record Begin(long Stream, StreamBase Base);

    // Lines in front of a stream are of subscriptions without a stream.
    private async Task Orphans(Cursor<StreamLine> lines, long before)
    {
        await foreach (var line in lines.Before(before))
            late.Add($"{line.Line.Name}, line {line.Line.LineNumber + 1} of {line.Line.Child}", ProofRules.Line, NoRows);
    }

    private async Task Prove(StreamParts parts, bool read, long digest, CancellationToken cancel)
    {
        var found = new ProofFindings();
        IReadOnlyList<WalletLink> links = [];
        IReadOnlyList<WalletPayment> payments = [];
        WalletEntries? entries = null;
        var head = 0L;
        switch (parts.Owner)
        {
            case { Kind: DefinitionKinds.Subscription, Id: var id }:
                var subscription = new StreamProof(parts, found);
                links = parts.Base is { } begin && !read ? await subscription.FromBase(id, begin, cancel)
                    : await subscription.Subscription(id, plans, agreements, cancel);
                head = subscription.Head;
                break;
            case { Kind: DefinitionKinds.Wallet, Id: var id, Body: var body }:
                var wallet = new StreamProof(parts, found);
                (links, payments, entries) = await wallet.Wallet(id, Definitions.Stored<Wallet>(body!).Parent, cancel);
                head = wallet.Head;
                counts.Wallets++;
                break;
            default:
                found.Add($"stream {parts.Stream.Number}", ProofRules.Row, "belongs to no subscription and no wallet");
                await foreach (var row in parts.Stream.Rows.WithCancellation(cancel))
                    head = row.Version;
                break;
        }

        counts.Events += found.Events;
        counts.Violations += found.Number;
        await notes.Note(new ProvedStream(parts.Stream.Number, head, digest, found.Rows, found.Events, found.Seals, found.Waiting, found.Number),
            parts.Stream.Before is not null, links, payments, entries, found.Violations, cancel);
    }

    private async Task Books(WalletsBetween wallets)
    {
        await foreach (var entries in notes.Entries())
            counts.UnderWay += wallets.Means(entries, late) ? 1 : 0;
        wallets.End(late);
    }

    private async Task Links()
    {
        WalletLink? child = null;
        await foreach (var link in notes.Links())
        {
            counts.Children += link.OfWallet ? 1 : 0;
            if (child is not null && !(link.OfWallet && (link.Wallet, link.Child) == (child.Wallet, child.Child)))
                Compare(null, ref child);
            if (link.OfWallet)
                Compare(link, ref child);
            else
                child = link;
        }

        if (child is not null)
            Compare(null, ref child);
    }

    private void Compare(WalletLink? wallet, ref WalletLink? child)
    {
        counts.UnderWay += BetweenWallets.Compare(wallet, child, late) ? 1 : 0;
        child = null;
    }

    private async Task Payments()
    {
        WalletPayment? arrived = null;
        await foreach (var payment in notes.Payments())
        {
            if (arrived is not null && !(payment.Left && (payment.From, payment.Reference, payment.To) == (arrived.From, arrived.Reference, arrived.To)))
                BetweenWallets.Compare(null, arrived, late);
            counts.Transfers += payment.Left ? 1 : 0;
            var both = arrived is { } other && (other.From, other.Reference, other.To) == (payment.From, payment.Reference, payment.To);
            if (payment.Left)
                counts.UnderWay += BetweenWallets.Compare(payment, both ? arrived : null, late) ? 1 : 0;
            arrived = payment.Left ? null : payment;
        }

        if (arrived is not null)
            BetweenWallets.Compare(null, arrived, late);
    }

    private async Task Documents(AccountProofs accounts, CancellationToken cancel)
    {
        var waiting = new WaitingProof(late);
        var ended = new EndingProof(accounts.Endings, late);
        var ahead = new PrepaymentProof(late);
        await foreach (var (id, body) in store.PaidAhead(cancel))
            ahead.Subscription(id, body);
        await foreach (var (id, facts) in store.Documents(cancel))
        {
            counts.Documents += facts.Number is null ? 0 : 1;
            var owed = facts.Number is { } number && accounts.Owed.TryGetValue(number, out var said) ? said : ((decimal, string)?)null;
            var proof = new DocumentProof(facts with { Owed = owed }, await agreements.Of(facts.Agreement, cancel), late);
            await foreach (var line in store.LinesOf(id, cancel))
                proof.Line(line.Child, line.Amount, line.TaxCategory, line.TaxRate, line.Prepaid);
            proof.End();
            waiting.Add(facts, proof);
            ahead.Document(facts);
            ended.Document(facts);
            progress.Show("documents", counts.Documents, counts.Documents, counts.Events, counts.Violations + late.Number);
        }

        waiting.End();
        ahead.End();
        ended.End();
    }

    private async Task Numbers(CancellationToken cancel)
    {
        var numbers = new NumberProof(late);
        await foreach (var number in store.Numbers(cancel))
            numbers.Add(number);
        await foreach (var (name, last) in store.Series(cancel))
            numbers.Series(name, last);
        numbers.End();
    }
}
