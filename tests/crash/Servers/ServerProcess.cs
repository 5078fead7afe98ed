// One server as an operating system sees it: a process that is started, killed, stopped and continued by its id.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Crash.Tests.Servers;

/// <summary>What is different about a server: its options, where it is reached, the command it runs behind, which program of the build it is.</summary>
public sealed record ServerShape(IReadOnlyList<string> Options)
{
    public static ServerShape Sandbox { get; } = new(["--clock", "manual"]);

    public string Host { get; init; } = "127.0.0.1";
    public IReadOnlyList<string> Behind { get; init; } = [];
    public string Project { get; init; } = "Silo";

    /// <summary>What it is told about its store instead of the store's own words.</summary>
    public IReadOnlyList<string>? Store { get; init; }
}

/// <summary>The server of the same build as this test, started on a free port that it keeps over restarts.</summary>
public sealed class ServerProcess(StorePlace place, ServerShape shape) : IAsyncDisposable
{
    public const string AdminKey = "crash-tests";
    const int LinesKept = 60;
    // 128 + SIGKILL.
    const int KilledExitCode = 137;
    static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(90);
    static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(40);

    readonly Queue<string> said = new();
    readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    Process? process;

    public ServerProcess(StorePlace place)
        : this(place, ServerShape.Sandbox)
    {
    }

    public int Port { get; } = FreePort.Next();
    public Uri Address => new($"http://{shape.Host}:{Port}");

    /// <summary>False when it was never started, was killed, or has ended by itself.</summary>
    public bool IsRunning => process is { HasExited: false };

    public int ProcessId => process!.Id;

    /// <summary>Its last lines, for the message of a test that failed.</summary>
    public string Said
    {
        get { lock (said) return string.Join('\n', said) + (process is { HasExited: true } ended ? $"\nIt has ended with code {ended.ExitCode}." : ""); }
    }

    /// <summary>How often one of its activations found that another process had written to its stream.</summary>
    public int LostStreams => lostStreams;
    int lostStreams;

    /// <summary>Starts it and waits until its store answers.</summary>
    public async Task Start(CancellationToken cancel)
    {
        Launch();
        await UntilReady(cancel);
    }

    /// <summary>Where it kills itself, from its next start on: a point of storage/CrashPoints.cs, as <c>close.numbered:2</c>.</summary>
    public string? CrashAt { get; set; }

    /// <summary>Waits until it has killed itself.</summary>
    public async Task Died(TimeSpan within, CancellationToken cancel)
    {
        try
        {
            await process!.WaitForExitAsync(cancel).WaitAsync(within, cancel);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server has not reached {CrashAt} in {within}. It said:\n{Said}");
        }
        if (process.ExitCode != KilledExitCode) throw new InvalidOperationException($"The server ended with code {process.ExitCode} instead of killing itself at {CrashAt}:\n{Said}");
    }

    /// <summary>Starts it without waiting.</summary>
    public void Launch()
    {
        if (process is { HasExited: false }) throw new InvalidOperationException("The server is running.");
        process?.Dispose();
        string[] words = [.. shape.Behind, .. FileSizeLimit.Survivor("dotnet"), Program, .. shape.Options, "--port", Port.ToString(CultureInfo.InvariantCulture),
            .. shape.Store ?? place.Arguments];
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["BILLING_ADMIN_KEY"] = AdminKey;
        if (CrashAt is not null) start.Environment["BILLING_CRASH_AT"] = CrashAt;
        process = Process.Start(start)!;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task UntilReady(CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await IsReady(cancel))
        {
            if (process is not { HasExited: false }) throw new InvalidOperationException($"The server ended while it started:\n{Said}");
            if (Stopwatch.GetElapsedTime(began) > StartWithin) throw new TimeoutException($"The server was not ready in {StartWithin}:\n{Said}");
            await Task.Delay(20, cancel);
        }
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public async Task Kill()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; answers the exit code when it has put everything away.</summary>
    public async Task<int> Stop()
    {
        await Signal("TERM");
        try
        {
            await process!.WaitForExitAsync().WaitAsync(StopWithin);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server has not ended in {StopWithin} after SIGTERM. It said:\n{Said}");
        }
        return process.ExitCode;
    }

    /// <summary>SIGSTOP: as in a long pause of the machine, the process does nothing and knows nothing of it.</summary>
    public Task Pause() => Signal("STOP");

    /// <summary>From now on no write to a file of it succeeds.</summary>
    public void FillDisk() => FileSizeLimit.NoRoom(process!.Id);

    /// <summary>They succeed again.</summary>
    public void EmptyDisk() => FileSizeLimit.Room(process!.Id);

    /// <summary>SIGCONT.</summary>
    public Task Continue() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await Kill();
        process?.Dispose();
        probe.Dispose();
    }

    public async Task<bool> IsReady(CancellationToken cancel)
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Address, "/readyz"), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (BrokenOff.Is(fault) && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"SIG{name} was not delivered.");
    }

    void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        if (line.Data.Contains("append failed (Conflict)", StringComparison.Ordinal)) Interlocked.Increment(ref lostStreams);
        lock (said)
        {
            said.Enqueue(line.Data);
            if (said.Count > LinesKept) said.Dequeue();
        }
    }

    /// <summary>artifacts/(engine)/bin/(this project)/(configuration)/ and, beside it, Silo/(configuration)/.</summary>
    public string Program
    {
        get
        {
            var mine = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(mine.Parent!.Parent!.FullName, shape.Project, mine.Name, $"OrleansBilling.{shape.Project}.dll");
        }
    }
}
