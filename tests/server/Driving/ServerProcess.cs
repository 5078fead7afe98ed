// The server as its users run it: a process of its own on a free port, started, stopped or killed.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>One process. What it says is kept, and stands in the message of everything that goes wrong with it.</summary>
public sealed class ServerProcess
{
    /// <summary>The operator's key of every server here.</summary>
    public const string AdminKey = "scenarios-admin-key";

    const int PortsTried = 5;
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly ConcurrentQueue<string> lines = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ServerProcess(Process process, Uri url)
    {
        (this.process, Url) = (process, url);
        process.OutputDataReceived += (_, line) => Said(line.Data);
        process.ErrorDataReceived += (_, line) => Said(line.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended while it was starting."));
        AppDomain.CurrentDomain.ProcessExit += KillWithTests;
    }

    public Uri Url { get; }

    public bool IsRunning => !process.HasExited;

    /// <summary>The most memory that it has had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Everything it has said.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts it and waits until it says that it is ready. A port that somebody else took meanwhile is left to him.</summary>
    public static Task<ServerProcess> Start(params IReadOnlyList<string> options) => StartUntil(null, options);

    /// <summary>The same; it kills itself at a point of storage/CrashPoints.cs, if one is named.</summary>
    public static async Task<ServerProcess> StartUntil(string? crashAt, IReadOnlyList<string> options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = Launch(options, crashAt);
            try
            {
                await server.Within(StartMax, server.ready.Task, "become ready");
                return server;
            }
            catch (InvalidOperationException) when (attempt < PortsTried && server.process.HasExited)
            {
                // With this all that it said has been heard.
                await server.process.WaitForExitAsync();
                if (!server.Output.Contains("is in use. Choose another one with --port", StringComparison.Ordinal)) throw;
            }
        }
    }

    static ServerProcess Launch(IReadOnlyList<string> options, string? crashAt)
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet", [Assembly, "--port", port, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["BILLING_ADMIN_KEY"] = AdminKey;
        LivesShortly(start);
        if (crashAt is not null) start.Environment["BILLING_CRASH_AT"] = crashAt;
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, new Uri($"http://127.0.0.1:{port}"));
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>SIGTERM, as an operator or a container stops it; it must end by itself and without a fault.</summary>
    public async Task Stop()
    {
        if (process.HasExited) return;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await Within(StopMax, process.WaitForExitAsync(), "end after SIGTERM");
        AppDomain.CurrentDomain.ProcessExit -= KillWithTests;
        process.ExitCode.ShouldBe(0, Output);
    }

    /// <summary>Waits until it has killed itself.</summary>
    public async Task Died()
    {
        await Within(StopMax, process.WaitForExitAsync(), "kill itself");
        AppDomain.CurrentDomain.ProcessExit -= KillWithTests;
    }

    /// <summary>SIGKILL: nothing of it gets to finish.</summary>
    public async Task Kill()
    {
        process.Kill();
        await Within(StopMax, process.WaitForExitAsync(), "end after SIGKILL");
        AppDomain.CurrentDomain.ProcessExit -= KillWithTests;
    }

    /// <summary>Runs the program with a verb that ends by itself.</summary>
    public static Task<(int Code, string Output)> RunToEnd(params string[] arguments) => RunToEnd(null, arguments);

    /// <summary>The same; it kills itself at a point of storage/CrashPoints.cs, if one is named.</summary>
    public static Task<(int Code, string Output)> RunToEnd(string? crashAt, string[] arguments) =>
        RunToEnd(new ProcessStartInfo("dotnet", [Assembly, .. arguments]), crashAt);

    /// <summary>The same on a full disk: no write to a file succeeds.</summary>
    public static Task<(int Code, string Output)> RunWithoutRoom(string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", "trap '' XFSZ; ulimit -f 0; exec dotnet \"$0\" \"$@\"", Assembly, .. arguments]);
        // The runtime's own pages are files, too, when they are mapped twice.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return RunToEnd(start, null);
    }

    static async Task<(int Code, string Output)> RunToEnd(ProcessStartInfo start, string? crashAt)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, Path.GetTempPath());
        LivesShortly(start);
        if (crashAt is not null) start.Environment["BILLING_CRASH_AT"] = crashAt;
        using var ending = new Process { StartInfo = start };
        ending.Start();
        var output = await Task.WhenAll(ending.StandardOutput.ReadToEndAsync(), ending.StandardError.ReadToEndAsync()).WaitAsync(StopMax);
        await ending.WaitForExitAsync().WaitAsync(StopMax);
        return (ending.ExitCode, string.Concat(output));
    }

    // Compiling again what is called often, for the sake of later hours, costs a quarter of a process that lives for seconds (DECISIONS.md 227).
    static void LivesShortly(ProcessStartInfo start) => start.Environment["DOTNET_TC_CallCounting"] = "0";

    // The one that ./test has compiled ahead of time; else beside this project's own output: artifacts/<engine>/bin/<project>/<configuration>.
    static string Assembly
    {
        get
        {
            if (Environment.GetEnvironmentVariable("BILLING_TEST_SILO") is { Length: > 0 } given) return given;
            var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var file = Path.Combine(mine.Parent!.Parent!.FullName, "Silo", mine.Name, "OrleansBilling.Silo.dll");
            return File.Exists(file)
                ? file
                : throw new InvalidOperationException($"The server is not built: there is no {file}. Build silo/ in the same configuration.");
        }
    }

    void Said(string? line)
    {
        if (line is null) return;
        lines.Enqueue(line);
        if (line.StartsWith("Ctrl-C stops it", StringComparison.Ordinal)) ready.TrySetResult();
    }

    async Task Within(TimeSpan most, Task task, string what)
    {
        try
        {
            await task.WaitAsync(most);
        }
        catch (Exception fault) when (fault is TimeoutException or InvalidOperationException)
        {
            if (!process.HasExited) process.Kill();
            throw new InvalidOperationException($"The server did not {what} within {most.TotalSeconds} s. It said:\n{Output}", fault);
        }
    }

    void KillWithTests(object? sender, EventArgs e)
    {
        if (!process.HasExited) process.Kill();
    }
}
