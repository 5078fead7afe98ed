// A server started as a child process: waits until it answers, and ends it with SIGTERM.
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using System.Text;
using OrleansBilling.TestSupport;

namespace OrleansBilling.LoadTests.Servers;

sealed class ChildServer : IAsyncDisposable
{
    static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(120);
    static readonly TimeSpan EndMax = TimeSpan.FromSeconds(30);
    readonly Process process;
    readonly StringBuilder output = new();

    ChildServer(Process process, int port)
    {
        (this.process, Port) = (process, port);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
    }

    public int Port { get; }
    public int ProcessId => process.Id;
    public long PeakMemory => ProcessUsage.PeakMemory(process.Id);
    public string Output { get { lock (output) return output.ToString(); } }

    /// <summary>Runs a .NET assembly; <paramref name="arguments"/> get the port it is to listen on.</summary>
    public static async Task<ChildServer> Start(string assembly, Func<int, IReadOnlyList<string>> arguments, IReadOnlyDictionary<string, string> environment,
        string readyPath, CancellationToken cancel, int? chosenPort = null)
    {
        if (!File.Exists(assembly))
            throw new FileNotFoundException($"{assembly} is missing: build it first (./bench does).");
        var port = chosenPort ?? FreePort.Next();
        // Whoever listens there would be taken for the child.
        if (!IsFree(port))
            throw new InvalidOperationException($"Port {port} of 127.0.0.1 is in use. Choose another one with --port.");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [assembly, .. arguments(port)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var server = new ChildServer(Process.Start(start)!, port);
        try
        {
            await server.WaitUntilReady(readyPath, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9: nothing is put away.</summary>
    public async Task Kill()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
        Terminate();
        using var patience = new CancellationTokenSource(EndMax);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
    }

    async Task WaitUntilReady(string path, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(5) };
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < ReadyMax && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(path, cancel);
                if (answer.IsSuccessStatusCode && !process.HasExited)
                    return;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                // Not listening yet, or too busy with its start to answer in time.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }

        throw new InvalidOperationException(process.HasExited ? $"The server ended at once. It said:\n{Output}"
            : $"The server was not ready within {ReadyMax.TotalSeconds:0} s. It said:\n{Output}");
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            if (line.Data is not null && output.Length < 100_000)
                output.AppendLine(line.Data);
        }
    }

    void EndWithProcess(object? sender, EventArgs e) => Terminate();

    void Terminate()
    {
        if (process.HasExited)
            return;
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
