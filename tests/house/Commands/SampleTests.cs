// ./run --sample NAME as a reader calls it: it starts a server of its own, plays the sample on it, prints what to look at, and ends when it is told to.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Commands;

public sealed class SampleTests
{
    const string LimitSeconds = "420";

    [Fact]
    public async Task a_sample_is_played_on_a_server_of_its_own_which_goes_on_until_it_is_ended()
    {
        var data = Directory.CreateTempSubdirectory("billing-sample-").FullName;
        var port = FreePort();
        try
        {
            using var run = Start("--sample", "white-label-sms", "--port", $"{port}", "--data", data);
            var said = "";
            while (await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                said += line + "\n";
                if (line.StartsWith("The server goes on", StringComparison.Ordinal)) break;
            }

            said.ShouldContain("2025-01 is closed.\n2025-02 is closed.\n");
            said.ShouldContain($"The server goes on: API http://127.0.0.1:{port}/v1", customMessage: said);
            // What it printed is there, and adds up: two months of every statement.
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sample");
            var listed = (await Read(http, "/v1/documents?kind=statement&limit=200")).GetProperty("data").EnumerateArray().ToList();
            listed.Select(one => one.GetProperty("billing_period").GetString()).Distinct().Order().ShouldBe(["2025-01", "2025-02"]);
            foreach (var one in listed)
            {
                var document = await Read(http, $"/v1/documents/{one.GetProperty("number").GetString()}");
                document.GetProperty("lines").EnumerateArray().Sum(Amount).ShouldBe(Net(document));
            }

            // Once more on the same store is refused, and leaves the first one alone.
            using var again = Start("--sample", "white-label-sms", "--port", $"{FreePort()}", "--data", data);
            (await again.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("holds a store already");
            await again.WaitForExitAsync(TestContext.Current.CancellationToken);
            again.ExitCode.ShouldBe(2);
            (await http.GetAsync("/readyz", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

            run.StandardInput.Close();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
            await Should.ThrowAsync<HttpRequestException>(async () => await http.GetAsync("/healthz", TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task a_sample_that_is_not_there_names_those_that_are()
    {
        using var run = Start("--sample", "none");
        var said = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        (run.ExitCode, said.Contains("There is no sample 'none'; there are: agency marketplace reseller-subscriptions white-label-sms wholesale", StringComparison.Ordinal)).ShouldBe((2, true), said);
    }

    static async Task<JsonElement> Read(HttpClient http, string path) => JsonDocument.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken)).RootElement;

    // A group of its own, which is ended as a terminal does it when its input ends; what the call itself ends with is its exit code.
    static Process Start(params string[] options)
    {
        const string script = "exec 3<&0; \"$@\" & call=$!; trap '' TERM; { read -r _ <&3; kill -TERM 0; } & ending=$!; wait $call; code=$?; kill -KILL $ending 2>/dev/null; exit $code";
        return Process.Start(new ProcessStartInfo("setsid",
            ["-w", "timeout", "-s", "KILL", LimitSeconds, "bash", "-c", script, "run", Path.Combine(Sources.Root, "run"), .. options])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    static decimal Amount(JsonElement line) => decimal.Parse(line.GetProperty("amount").GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    static decimal Net(JsonElement document) => decimal.Parse(document.GetProperty("net").GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
