// How far a proof is: a bar on a terminal, a line every ten seconds elsewhere.
using System.Diagnostics;

namespace OrleansBilling.Silo.Proving;

internal sealed class VerifyProgress(TextWriter output, bool plain)
{
    private const int Width = 30;
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);
    private readonly long began = Stopwatch.GetTimestamp();
    private long shown = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(began);

    /// <summary>Says where it is, unless it has just said so.</summary>
    public void Show(string what, long done, long all, long events, long violations)
    {
        if (Stopwatch.GetElapsedTime(shown) < (plain ? Seldom : Often))
            return;
        shown = Stopwatch.GetTimestamp();
        var permille = all == 0 ? 1000 : Math.Min(1000, done * 1000 / all);
        var text = $"{permille / 10,3} %  {what}  {events:N0} events, {events * 1000 / Math.Max(1, (long)Elapsed.TotalMilliseconds):N0}/s"
            + (violations == 0 ? "" : $", {violations:N0} violations");
        if (plain)
            output.WriteLine(text);
        else
            output.Write($"\r[{new string('█', (int)(permille * Width / 1000)).PadRight(Width, '·')}] {text}\e[K");
    }

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (!plain)
            output.Write("\r\e[K");
    }
}
