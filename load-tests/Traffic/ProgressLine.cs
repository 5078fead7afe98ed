// One line that is written over and over on a terminal; elsewhere, a line every five seconds.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Traffic;

sealed class ProgressLine(TextWriter output, bool plain)
{
    const int Width = 30;
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Seldom = TimeSpan.FromSeconds(5);
    readonly Lock gate = new();
    long shown;

    /// <summary>A bar with what it is about.</summary>
    public void Bar(string what, long done, long all, string rest = "")
    {
        var share = all == 0 ? 0 : (int)Math.Min(Width, done * Width / all);
        Show($"[{new string('█', share).PadRight(Width, '·')}] {what} {done:N0} of {all:N0}{rest}", done >= all);
    }

    /// <summary>A line; now: even if one was just shown.</summary>
    public void Show(string text, bool now = false)
    {
        lock (gate)
        {
            if (!now && Stopwatch.GetElapsedTime(shown) < (plain ? Seldom : Often))
                return;
            shown = Stopwatch.GetTimestamp();
            if (plain)
                output.WriteLine(text);
            else
                output.Write($"\r{text}\e[K");
        }
    }

    /// <summary>Goes on below the line.</summary>
    public void End()
    {
        if (!plain)
            output.WriteLine();
    }

    /// <summary>A sentence between, which stays.</summary>
    public void Say(string text)
    {
        lock (gate)
            output.WriteLine(plain ? text : $"\r{text}\e[K");
    }
}
