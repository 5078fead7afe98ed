// A disk without room, as a process sees it: its files may not be written any further.
using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.TestSupport;

/// <summary>The soft limit of the size of files, set from outside on a process that runs. Works for the process's own user.</summary>
public static class FileSizeLimit
{
    /// <summary>Every write to a file of these processes fails; in what they had mapped, too.</summary>
    public static void NoRoom(params IEnumerable<int> processes) => Set("0:", processes);

    /// <summary>There is room again.</summary>
    public static void Room(params IEnumerable<int> processes) => Set("unlimited:", processes);

    /// <summary>The command line behind which a program does not die of the limit's signal: it is told by its write.</summary>
    public static IReadOnlyList<string> Survivor(string program) => ["bash", "-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program];

    static void Set(string limit, IEnumerable<int> processes)
    {
        foreach (var process in processes)
        {
            using var set = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), "--fsize=" + limit]);
            set.WaitForExit();
            if (set.ExitCode != 0)
                throw new InvalidOperationException($"prlimit could not limit the files of process {process}. It belongs to util-linux; a hard limit of file sizes must not be set.");
        }
    }
}
