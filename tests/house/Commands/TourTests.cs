// What README.md shows is what happens: its tour runs as it stands, against a server that the tour itself starts.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Commands;

public sealed class TourTests
{
    /// <summary>A README that names this variable gets a free port; else its server stands where it does for its readers.</summary>
    const string PortVariable = "BILLING_PORT";

    const int PortDefault = 8080;

    const string LimitSeconds = "420";

    [Fact]
    public async Task the_tour_of_the_readme_does_what_it_says()
    {
        var readme = Sources.Find("README.md")?.Text ?? "";
        var steps = Tour.Parse(readme);
        steps.ShouldNotBeEmpty("README.md needs a section with a bash block that starts ./run: its tour.");
        (await Run(steps, readme.Contains(PortVariable, StringComparison.Ordinal))).ShouldBe("");
    }

    [Fact]
    public async Task a_tour_that_does_not_do_what_it_says_is_caught()
    {
        const string good = "# A tour\n```bash\nname=world\n```\ntext\n```bash\necho \"hello $name\"\n```\n\n```text\nhello …\n```\n";
        (await Run(Blocks(good), true)).ShouldBe("");
        (await Run(Blocks(good.Replace("name=world", "false", StringComparison.Ordinal)), true)).ShouldContain("README.md:3: ended with code 1");
        (await Run(Blocks(good.Replace("hello …", "good bye", StringComparison.Ordinal)), true))
            .ShouldContain("README.md:7: printed\nhello world\ninstead of\ngood bye");
    }

    [Fact]
    public void blocks_of_other_sections_are_not_part_of_it()
    {
        const string text = "# Product\n```bash\n./test\n```\n## Tour\n```bash\n./run --port 1\n```\n"
            + "### More\n```bash\na\n```\n```json\n{}\n```\n## Rest\n```bash\nb\n```\n";
        Tour.Parse(text).ShouldBe([new("./run --port 1", 7, null, false), new("a", 11, "{}", true)]);
        Tour.Parse(text).Select(step => step.StartsServer).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("a\nb", "a  \nb\n", false, true)]
    [InlineData("a … c", "a b\nb c", false, true)]
    [InlineData("a", "a\nb", false, false)]
    [InlineData("{\n  \"a\": \"x y\",\n  …\n}", "{\"a\":\"x y\",\"b\":1}", true, true)]
    [InlineData("{ \"a\": 1 }", "{\"a\":2}", true, false)]
    [InlineData("{ \"a\": \"x y\" }", "{\"a\":\"xy\"}", true, false)]
    public void outputs_are_compared_up_to_what_is_left_open(string expected, string actual, bool json, bool same) =>
        Tour.Matches(expected, actual, json).ShouldBe(same);

    // Without a server: what is compared is how blocks run and what they print.
    static IReadOnlyList<TourStep> Blocks(string markdown) => [.. Tour.Parse(markdown + "```bash\n./run\n```\n").SkipLast(1)];

    // Answers what did not hold, or nothing.
    static async Task<string> Run(IReadOnlyList<TourStep> steps, bool freePort)
    {
        var port = Free(freePort ? 0 : PortDefault);
        var place = Directory.CreateTempSubdirectory("billing-tour-").FullName;
        try
        {
            // Relative names in the blocks are those of the project; what the server writes stays here.
            foreach (var entry in Directory.GetFileSystemEntries(Sources.Root).Where(entry => Path.GetFileName(entry) is not ("data" or ".git")))
                File.CreateSymbolicLink(Path.Combine(place, Path.GetFileName(entry)), entry);
            Directory.CreateDirectory(Path.Combine(place, ".tour"));
            var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
            await File.WriteAllTextAsync(Path.Combine(place, ".tour", "script"), Tour.Script(steps, url));
            // A group of its own: its end takes everything along that it started.
            var start = new ProcessStartInfo("setsid", ["-w", "timeout", "-s", "KILL", LimitSeconds, "bash", ".tour/script"])
            {
                WorkingDirectory = place,
            };
            start.Environment[PortVariable] = port.ToString(CultureInfo.InvariantCulture);
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return Judge(steps, place, process.ExitCode);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    static string Judge(IReadOnlyList<TourStep> steps, string place, int code)
    {
        string Said(int step, string kind)
        {
            var path = Path.Combine(place, ".tour", $"{step}.{kind}");
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        var last = int.Parse(File.ReadAllText(Path.Combine(place, ".tour", "at")), CultureInfo.InvariantCulture);
        if (code != 0) return $"README.md:{steps[last].Line}: ended with code {code}\n{steps[last].Script}\n{Said(last, "out")}{Said(last, "err")}";
        var wrong = steps.Select((step, index) => (Step: step, Output: Said(index, "out")))
            .FirstOrDefault(found => found.Step.Expected is { } expected && !Tour.Matches(expected, found.Output, found.Step.Json));
        return wrong.Step is null ? "" : $"README.md:{wrong.Step.Line}: printed\n{wrong.Output}instead of\n{wrong.Step.Expected}";
    }

    static int Free(int wanted)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            throw new InvalidOperationException($"The README's tour needs port {wanted}, and something else listens there: end that first.");
        }
    }
}
