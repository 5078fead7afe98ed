// I4 and I6: documents against the journal.
using System.Globalization;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>Of the periods that the client's log calls closed.</summary>
public static class InvoiceChecker
{
    public static void Check(ClientFacts client, DatabaseFacts database, Findings findings)
    {
        var streams = database.Rows.GroupBy(row => row.Stream).Where(stream => database.Subscriptions.ContainsKey(stream.Key))
            .ToDictionary(stream => database.Subscriptions[stream.Key], stream => SealedStream.Walk(database.Subscriptions[stream.Key], stream));
        foreach (var subscription in client.Legs.Keys)
        {
            if (streams.TryGetValue(subscription, out var stream)) Sealed(subscription, stream, client, findings);
            else findings.Require(client.ClosedPeriods.Count == 0, Invariant.I6Totals, () => $"{subscription} was closed but never sealed.");
        }
        var lines = database.Lines.ToLookup(line => line.Document);
        foreach (var document in database.Documents) Totals(document, [.. lines[document.Id]], client, findings);
        foreach (var agreement in client.Agreements.Values)
            foreach (var period in client.ClosedPeriods) Closed(agreement, period, client, database, lines, streams, findings);
        Numbers(database, findings);
    }

    static void Sealed(string subscription, SealedStream stream, ClientFacts client, Findings findings)
    {
        foreach (var period in client.ClosedPeriods)
        {
            var seals = stream.Seals.Count(seal => seal.Stored.Period == period);
            findings.Require(seals == 1, Invariant.I4InvoiceOnce, () => $"{subscription} has {seals} seals of {period}.");
        }
        foreach (var seal in stream.Seals)
        {
            var stored = seal.Stored.Lines.Where(line => line.IsUsage)
                .Select(line => (new ProvenLine(line.Agreement, line.Charge, line.Period, line.Late, line.Quantity, line.Amount, line.Count, line.ToVersion, line.Proof), line.FromVersion));
            Same(stream, seal.Lines, [.. stored], $"{subscription}, seal of {seal.Stored.Period}", findings);
        }
        foreach (var (cell, amount) in stream.Unsealed.Where(rest => client.ClosedPeriods.Contains(rest.Cell.Period)))
            findings.Add(Invariant.I6Totals, $"{subscription}: {amount} of {cell.Agreement} {cell.Charge} {cell.Period} stands on no document.");
    }

    static void Closed(AgreementTerms agreement, string period, ClientFacts client, DatabaseFacts database, ILookup<long, StoredLine> lines,
        Dictionary<string, SealedStream> streams, Findings findings)
    {
        var documents = database.Documents.Where(document => document.Agreement == agreement.Id && document.Period == period).ToList();
        findings.Require(documents.Count == 1, Invariant.I4InvoiceOnce,
            () => $"{agreement.Id} has {documents.Count} documents of {period}: {string.Join(", ", documents.Select(document => document.Number ?? document.Key))}.");
        foreach (var document in documents)
        {
            findings.Require(document.Number is not null && document.Kind == agreement.Documents, Invariant.I10Liveness,
                () => $"{document.Key} is a {document.Status} {document.Kind} without a number.");
            var children = lines[document.Id].ToLookup(line => line.Subscription);
            var expected = client.Legs.Where(legs => legs.Value.Exists(leg => leg.Agreement == agreement.Id)).Select(legs => legs.Key).ToList();
            foreach (var stranger in children.Select(child => child.Key).Except(expected))
                findings.Add(Invariant.I6Totals, $"{document.Key} bills {stranger}, which has no leg on it.");
            foreach (var subscription in expected)
            {
                if (streams.TryGetValue(subscription, out var stream) && stream.Seals.Find(seal => seal.Stored.Period == period) is { } seal)
                    Child(document, stream, seal, [.. children[subscription]], client, findings);
            }
        }
    }

    static void Child(StoredDocument document, SealedStream stream, ProvenSeal seal, List<StoredLine> lines, ClientFacts client, Findings findings)
    {
        var proven = seal.Lines.Where(line => line.Agreement == document.Agreement);
        var billed = lines.Where(line => line.Body.Proof is not null).Select(line => (new ProvenLine(document.Agreement, line.Body.Charge, line.Body.OriginalPeriod, line.Body.Late,
            line.Quantity, line.Body.Proof!.Sum, line.Body.Proof.Count, line.Body.Proof.ToVersion, line.Body.Proof.Hash), line.Body.Proof.FromVersion));
        Same(stream, [.. proven], [.. billed], $"{document.Number}, {seal.Subscription}", findings);
        foreach (var line in lines.Where(line => line.Body.Proof is not null))
        {
            findings.Require(line.Amount == Cents(line.Body.Proof!.Sum), Invariant.I6Totals,
                () => $"{document.Number}, {seal.Subscription}, {line.Body.Charge}: {line.Body.Proof.Sum} is billed as {line.Amount}.");
        }
        var plan = client.Legs[seal.Subscription].Find(leg => leg.Agreement == document.Agreement).Plan;
        var fees = lines.Where(line => line.Body.Proof is null).Select(line => (line.Body.Charge, line.Body.OriginalPeriod, line.Quantity, line.Amount)).ToList();
        var (charge, price) = client.Fees[plan];
        findings.Require(fees.SequenceEqual([(charge, document.Period, 1m, price)]), Invariant.I6Totals,
            () => $"{document.Number}, {seal.Subscription}: one fee of {price} is due, billed are {string.Join(", ", fees)}.");
    }

    static void Totals(StoredDocument document, List<StoredLine> lines, ClientFacts client, Findings findings)
    {
        if (document.Number is null) return;
        var net = lines.Sum(line => line.Amount);
        var tax = Cents(net * client.Agreements[document.Agreement].TaxRate / 100);
        findings.Require((document.Net, document.Tax, document.Total) == (net, tax, net + tax), Invariant.I6Totals,
            () => $"{document.Number} says {document.Net} + {document.Tax} = {document.Total}; its lines say {net} + {tax} = {net + tax}.");
    }

    static void Numbers(DatabaseFacts database, Findings findings)
    {
        var numbered = database.Documents.Where(document => document.Number is not null).Select(document => document.Number!)
            .ToLookup(number => number[..number.LastIndexOf('-')], number => long.Parse(number[(number.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture));
        foreach (var series in database.Series.Keys.Union(numbered.Select(one => one.Key)))
        {
            var numbers = numbered[series].Order().ToList();
            var last = database.Series.GetValueOrDefault(series);
            findings.Require(numbers.Count == last && numbers.Select((number, index) => number == index + 1).All(right => right), Invariant.I4InvoiceOnce,
                () => $"Series {series} ends at {last} and has {string.Join(", ", numbers)}.");
        }
    }

    static void Same(SealedStream stream, IReadOnlyList<ProvenLine> proven, List<(ProvenLine Line, long FromVersion)> found, string where, Findings findings)
    {
        var there = found.ConvertAll(one => one.Line);
        foreach (var line in proven.Where(line => !there.Contains(line))) findings.Add(Invariant.I6Totals, $"{where}: the journal proves {line}, which is not there.");
        foreach (var line in there.Where(line => !proven.Contains(line))) findings.Add(Invariant.I6Totals, $"{where}: {line} is there, which the journal does not prove.");
        findings.Require(there.Distinct().Count() == there.Count, Invariant.I6Totals, () => $"{where}: a line is there twice.");
        foreach (var (line, from) in found)
            findings.Require(stream.Proves(line, from), Invariant.I6Totals, () => $"{where}: the events from version {from} on are not what {line} says.");
    }

    // Half away from zero, as the agreements say.
    static decimal Cents(decimal amount) => decimal.Truncate((amount * 100) + (amount < 0 ? -0.5m : 0.5m)) / 100;
}
