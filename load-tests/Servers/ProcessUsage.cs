// CPU time and peak memory of a process, as the kernel accounts them.
using System.Globalization;

namespace OrleansBilling.LoadTests.Servers;

readonly record struct CpuTime(double UserSeconds, double SystemSeconds)
{
    public double TotalSeconds => UserSeconds + SystemSeconds;
    public static CpuTime operator +(CpuTime left, CpuTime right) => new(left.UserSeconds + right.UserSeconds, left.SystemSeconds + right.SystemSeconds);
}

static class ProcessUsage
{
    const double TicksPerSecond = 100;

    /// <summary>Zero when there is no such process (any more).</summary>
    public static CpuTime Of(int process) => Stat(process) is { } stat ? new CpuTime(Ticks(stat, 11), Ticks(stat, 12)) : default;

    /// <summary>A process, its children, and those of its children that have ended.</summary>
    public static CpuTime OfTree(int process)
    {
        if (Stat(process) is not { } own)
            return default;
        var sum = new CpuTime(Ticks(own, 11) + Ticks(own, 13), Ticks(own, 12) + Ticks(own, 14));
        var children = Read($"/proc/{process}/task/{process}/children") ?? "";
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            sum += Of(int.Parse(child, CultureInfo.InvariantCulture));
        return sum;
    }

    /// <summary>Most physical memory it ever had, in bytes.</summary>
    public static long PeakMemory(int process) => Status(process, "VmHWM:");

    /// <summary>Physical memory it has now, in bytes.</summary>
    public static long Memory(int process) => Status(process, "VmRSS:");

    static long Status(int process, string name)
    {
        var line = (Read($"/proc/{process}/status") ?? "").Split('\n').FirstOrDefault(one => one.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    // Fields after the name, which stands in brackets and may contain anything.
    static string[]? Stat(int process) => Read($"/proc/{process}/stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    static double Ticks(string[] stat, int field) => long.Parse(stat[field], CultureInfo.InvariantCulture) / TicksPerSecond;

    static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
