// The verb "health": asks a server of this machine whether it is ready; containers without other programs have it as their check.
using System.CommandLine;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>Part of every program that serves the API.</summary>
public static class HealthCommand
{
    private const int NotReady = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Exit code 0: ready; 1: not ready, or no answer.</summary>
    public static Command Create()
    {
        var at = new ListenOptions();
        var command = new Command("health", "Asks the server of this machine whether it is ready. Exit code 0: it is.") { at.Port, at.Listen };
        command.SetAction((parsed, cancel) => Ask(ListenOptions.UrlOf(at.Read(parsed)), cancel));
        return command;
    }

    private static async Task<int> Ask(Uri server, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = server, Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancel);
            await Console.Out.WriteLineAsync(answer.IsSuccessStatusCode ? "ready" : $"not ready: {(int)answer.StatusCode}");
            return answer.IsSuccessStatusCode ? 0 : NotReady;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{server} does not answer: {fault.Message}");
            return NotReady;
        }
    }
}
