// Starts a PostgreSQL of our own in a temporary folder, on a free port of the loop-back address, and ends it.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansBilling.TestSupport;

sealed class PrivatePostgres : IAsyncDisposable
{
    readonly ProcessStartInfo start;
    readonly string folder;
    Process server;

    PrivatePostgres(ProcessStartInfo start, string folder, string connectionString)
    {
        (this.start, this.folder, ConnectionString) = (start, folder, connectionString);
        server = Launch(start);
        AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
    }

    public string ConnectionString { get; }

    public static async Task<PrivatePostgres> Start(IReadOnlyList<string> settings)
    {
        var programs = Programs();
        var folder = Directory.CreateTempSubdirectory("billing-postgres-").FullName;
        if (Environment.IsPrivilegedProcess) await Run("chown", ["postgres", folder]);
        var data = Path.Combine(folder, "data");
        await Run(Path.Combine(programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]);
        var port = FreePort.Next();
        List<string> arguments = ["-D", data, "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-c", "max_connections=200",
            // Tests kill backends, never the machine; settings given later on the line win.
            "-c", "fsync=off"];
        foreach (var setting in settings) arguments.AddRange(["-c", setting]);
        var postgres = new PrivatePostgres(AsAllowedUser(Path.Combine(programs, "postgres"), arguments), folder, $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres");
        await postgres.WaitUntilReady();
        return postgres;
    }

    /// <summary>Immediate shutdown, as when the machine's power goes: what was not committed is gone, the next start recovers.</summary>
    public async Task StopImmediately()
    {
        End();
        await server.WaitForExitAsync();
    }

    /// <summary>PostgreSQL ignores the signal of the limit by itself: its writes fail.</summary>
    public async Task FillDisk()
    {
        // The first one hands its limit on to those that it starts.
        await Limit(server.Id);
        var children = await File.ReadAllTextAsync($"/proc/{server.Id}/task/{server.Id}/children");
        foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries)) await Limit(int.Parse(child, CultureInfo.InvariantCulture));
    }

    public async Task StartAgain()
    {
        server.Dispose();
        server = Launch(start);
        await WaitUntilReady();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
        End();
        await server.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
    }

    // Newest first; the versions are the folders' names.
    static string Programs()
    {
        const string root = "/usr/lib/postgresql";
        var newest = Directory.Exists(root)
            ? Directory.GetDirectories(root).Where(path => File.Exists(Path.Combine(path, "bin", "initdb")))
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).FirstOrDefault()
            : null;
        return newest is null
            ? throw new InvalidOperationException(
                $"These tests need PostgreSQL. Install it (Debian: apt-get install postgresql), or set {PostgresServer.Variable} to an administrator's connection string.")
            : Path.Combine(newest, "bin");
    }

    // PostgreSQL refuses to run as root.
    static ProcessStartInfo AsAllowedUser(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        if (Environment.IsPrivilegedProcess)
        {
            start.FileName = "setpriv";
            foreach (var word in (string[])["--reuid=postgres", "--regid=postgres", "--init-groups", program]) start.ArgumentList.Add(word);
        }
        else start.FileName = program;
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    static async Task Run(string program, IReadOnlyList<string> arguments)
    {
        var start = program == "chown"
            ? new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
            : AsAllowedUser(program, arguments);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed: {error}{await output}");
    }

    static Process Launch(ProcessStartInfo start)
    {
        var launched = Process.Start(start)!;
        _ = launched.StandardError.ReadToEndAsync();
        _ = launched.StandardOutput.ReadToEndAsync();
        return launched;
    }

    // The server says nothing on a channel of its own when it is ready: asking is the only way, and it is bounded.
    async Task WaitUntilReady()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false;Timeout=5");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 200 && !server.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    // As its own user: root need not be allowed this in a container.
    static async Task Limit(int process)
    {
        try
        {
            await Run("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), "--fsize=0:"]);
        }
        catch (InvalidOperationException) when (!Directory.Exists($"/proc/{process}"))
        {
            // Ended meanwhile, perhaps by the limit of another one.
        }
    }

    void EndWithProcess(object? sender, EventArgs e)
    {
        End();
        server.WaitForExit(TimeSpan.FromSeconds(10));
        Directory.Delete(folder, recursive: true);
    }

    // SIGQUIT is PostgreSQL's immediate shutdown: nobody needs the data again. The process was started here and is known by its id.
    void End()
    {
        if (server.HasExited) return;
        using var kill = Process.Start("kill", ["-QUIT", server.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
