// What a person reads when a store was verified.
using System.Diagnostics;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

/// <summary>All that was looked at. Late: violations that no single stream has, between wallets and in documents.</summary>
internal sealed record VerifyResult(ProvedTotals Totals, long Skipped, long Wallets, long Children, long Transfers, long UnderWay, long Documents, long Lines,
    long NewEvents, TimeSpan Elapsed, ProofFindings Late, long Bases, long Unread, IReadOnlyList<string> UnreadArchives, long Facts)
{
    public long Violations => Totals.Violations + Late.Number;
}

internal sealed class VerifyReport(TextWriter output)
{
    private const int ShownMax = 200;

    public async Task Write(VerifyResult result, ProofNotes notes)
    {
        var (totals, seconds) = (result.Totals, Math.Max(result.Elapsed.TotalSeconds, 0.001));
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync($"""
              streams      {totals.Streams,14:N0}   rows {totals.Rows:N0}{(result.Skipped == 0 ? "" : $"; {result.Skipped:N0} streams proved before and unchanged")}
              events       {totals.Events,14:N0}   ids, prices and sums of each
              seals        {totals.Seals,14:N0}
              documents    {result.Documents,14:N0}   lines {result.Lines:N0}
              accounts     {result.Facts,14:N0}   facts of accounts, parties' states and dunning, with postings and what is listed
              wallets      {result.Wallets,14:N0}   children {result.Children:N0}, transfers {result.Transfers:N0}
              under way    {totals.Waiting + result.UnderWay,14:N0}   lines that wait for their document, slices and payments on their way, totals not told yet
              time         {seconds,12:N1} s   {result.NewEvents / seconds:N0} events/s, peak memory {process.PeakWorkingSet64 / 1_048_576:N0} MB
            """);
        if (result.Bases > 0)
            await output.WriteLineAsync($"  archived     {result.Bases,14:N0}   streams whose first rows are in archives; {result.Unread:N0} only replayed from their base");
        if (result.Unread > 0)
            await output.WriteLineAsync($"Not read (--archives FILE proves them too): {string.Join(", ", result.UnreadArchives)}");
        if (result.Violations == 0)
        {
            await output.WriteLineAsync("Everything holds.");
            return;
        }

        await output.WriteLineAsync(result.Violations == 1 ? "1 violation:" : $"{result.Violations:N0} violations:");
        var shown = 0;
        await foreach (var one in notes.Violations(ShownMax))
            { shown++; await Write(one); }
        foreach (var one in result.Late.Violations.Take(ShownMax - shown))
            { shown++; await Write(one); }
        if (shown < result.Violations)
            await output.WriteLineAsync($"  and {result.Violations - shown:N0} more");
    }

    private Task Write(Violation one) => output.WriteLineAsync($"  [{one.Rule}] {one.Where}: {one.Text}");
}
