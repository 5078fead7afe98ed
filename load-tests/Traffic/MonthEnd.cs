// Closes the month on request, and shows how far the close is.
using System.Diagnostics;
using System.Text.Json;

namespace OrleansBilling.LoadTests.Traffic;

sealed class MonthEnd(PlatformApi api, ProgressLine line)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A sandbox clock is moved to the end of its month, where everything closes by itself; with the machine's clock, the newest finished month is
    /// closed. Answers whether all agreements were closed.
    /// </summary>
    public async Task<bool> Close(CancellationToken cancel)
    {
        var clock = await PlatformClock.Of(api, cancel);
        // Nobody's clock is moved for a month that is not there.
        if ((await api.Try(HttpMethod.Get, $"/v1/calendars/{Platform.Calendar}", null, cancel)).Status == 404)
            throw new InvalidOperationException($"There is no platform on the server at {api.Url}: ./run --demo or the command \"traffic\" sets one up.");
        var month = clock.IsSandbox ? clock.Month : clock.Month.AddDays(-10);
        var period = $"{month:yyyy-MM}";
        line.Say($"Closing {month:MMMM yyyy} …");
        var began = Stopwatch.GetTimestamp();
        if (clock.IsSandbox)
        {
            var moving = clock.Advance(clock.NextMonth.AddMinutes(5), cancel);
            while (!moving.IsCompleted)
            {
                await Show(period, cancel);
                await Task.WhenAny(moving, Task.Delay(Tick, cancel));
            }

            await moving;
        }
        else
        {
            var (status, body) = await api.Try(HttpMethod.Post, $"/v1/calendars/{Platform.Calendar}/close", new { period }, cancel);
            if (status != 202)
            {
                line.Say($"{period} cannot be closed: {PlatformApi.Reason(body)}");
                return false;
            }

            while ((await Show(period, cancel)) is not { } run || run.GetProperty("state").GetString() == "running")
                await Task.Delay(Tick, cancel);
        }

        return await Report(period, Stopwatch.GetElapsedTime(began), cancel);
    }

    async Task<JsonElement?> Show(string period, CancellationToken cancel)
    {
        var (status, run) = await api.Try(HttpMethod.Get, $"/v1/runs/{Platform.Calendar}:{period}?limit=1", null, cancel);
        if (status != 200)
            return null;
        var (progress, reports) = (run.GetProperty("progress"), run.GetProperty("reports"));
        line.Bar("agreements", progress.GetProperty("done").GetInt64(), progress.GetProperty("expected").GetInt64(),
            $", {reports.GetProperty("reported").GetInt64():N0} legs sealed");
        return run;
    }

    async Task<bool> Report(string period, TimeSpan elapsed, CancellationToken cancel)
    {
        var run = await Show(period, cancel) ?? throw new InvalidOperationException($"There is no run of {period}.");
        line.End();
        var failed = run.GetProperty("progress").GetProperty("failed").GetInt64();
        var (invoices, net, largest) = (0, 0m, (Number: "", Buyer: "", Total: 0m));
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await api.Get($"/v1/documents?kind=invoice&period={period}&limit=200&cursor={cursor}", cancel);
            foreach (var document in page.GetProperty("data").EnumerateArray())
            {
                var total = Amount(document, "total");
                (invoices, net) = (invoices + 1, net + Amount(document, "net"));
                if (total > largest.Total)
                    largest = (document.GetProperty("number").GetString()!, document.GetProperty("buyer").ValueKind == JsonValueKind.String
                        ? document.GetProperty("buyer").GetString()! : document.GetProperty("buyer").ToString(), total);
            }

            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }

        line.Say(FormattableString.Invariant($"Closed {period} in {elapsed.TotalSeconds:N1} s: {invoices:N0} invoices to partners over {net:N2} EUR net, ")
            + $"statements for {run.GetProperty("progress").GetProperty("expected").GetInt64() - invoices:N0} agreements"
            + (failed == 0 ? "." : $"; {failed} agreements failed: GET /v1/runs/{Platform.Calendar}:{period} says why."));
        if (largest.Number.Length > 0)
            line.Say(FormattableString.Invariant($"  the largest: {api.Url}v1/documents/{largest.Number}  {largest.Buyer}, {largest.Total:N2} EUR"));
        return failed == 0;
    }

    static decimal Amount(JsonElement document, string member) =>
        decimal.Parse(document.GetProperty(member).GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
