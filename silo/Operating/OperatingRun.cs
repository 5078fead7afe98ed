// Runs a command that looks after a store: its progress, its sentence at the end, its exit code.
using System.Diagnostics;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Operating;

namespace OrleansBilling.Silo.Operating;

/// <summary>Exit codes: 0 done, 2 not done, with nothing changed.</summary>
internal static class OperatingRun
{
    public const int NotDone = 2;

    /// <summary>Runs the work and prints what it answers; or says that it failed, and why.</summary>
    public static async Task<int> Guard(string failed, Func<CopyProgress, Task<string>> work)
    {
        var progress = new CopyProgress(Console.Error, Console.IsErrorRedirected);
        try
        {
            var text = await work(progress);
            progress.End();
            await Console.Out.WriteLineAsync(text);
            return 0;
        }
        catch (OperationCanceledException)
        {
            progress.End();
            await Console.Error.WriteLineAsync($"{failed}: it was stopped.");
        }
        // A file that the file system has no room for in one piece is told in the last way.
        catch (Exception fault) when (fault is StorageException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            progress.End();
            await Console.Error.WriteLineAsync($"{failed}: {fault.Message}");
        }

        return NotDone;
    }
}

/// <summary>A bar on a terminal, a line every ten seconds elsewhere.</summary>
internal sealed class CopyProgress(TextWriter output, bool plain)
{
    private const int Width = 30;
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);
    private long shown = Stopwatch.GetTimestamp();
    private bool written;

    public void Show(CopyStep step)
    {
        if (Stopwatch.GetElapsedTime(shown) < (plain ? Seldom : Often))
            return;
        shown = Stopwatch.GetTimestamp();
        written = true;
        var text = $"{step.Table}  {step.Rows:N0} rows, {CopyText.Size(step.Bytes)}";
        var known = step.Permille < 0 ? "" : $"{step.Permille / 10,3} %  ";
        if (plain)
            output.WriteLine(known + text);
        else if (step.Permille < 0)
            output.Write($"\r{text}\e[K");
        else
            output.Write($"\r[{new string('█', step.Permille * Width / 1000).PadRight(Width, '·')}] {known}{text}\e[K");
    }

    /// <summary>Takes the bar away.</summary>
    public void End()
    {
        if (!plain && written)
            output.Write("\r\e[K");
    }
}
