// What ./run and ./test say on a machine that lacks something: the sentence that mends it.
using System.Diagnostics;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Commands;

public sealed class MissingPrerequisiteTests : IDisposable
{
    static readonly string[] Tools = ["bash", "dirname", "readlink", "sed", "paste", "grep", "sort"];

    readonly string programs = Directory.CreateTempSubdirectory("billing-path-").FullName;

    public MissingPrerequisiteTests()
    {
        foreach (var tool in Tools) File.CreateSymbolicLink(Path.Combine(programs, tool), Where(tool));
    }

    public void Dispose() => Directory.Delete(programs, recursive: true);

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    public async Task without_dotnet_they_say_where_it_comes_from(string command)
    {
        var (code, said) = await Call(command);
        code.ShouldBe(1);
        said.ShouldContain("no dotnet was found in PATH. Install it from https://");
        said.ShouldContain($"then call ./{command} again.");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    public async Task with_an_older_sdk_they_say_which_one_they_need(string command)
    {
        const string old = "#!/usr/bin/env bash\n[[ $1 == --list-sdks ]] && { echo '8.0.100 [/usr/sdk]'; echo '9.0.200 [/usr/sdk]'; exit 0; }\nexit 145\n";
        var path = Path.Combine(programs, "dotnet");
        await File.WriteAllTextAsync(path, old.Replace("/usr/bin/env bash", Where("bash"), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (code, said) = await Call(command);
        code.ShouldBe(1);
        said.ShouldContain("needs the .NET SDK 10.0 (10.0.100 or newer). Here there is: 8.0.100, 9.0.200.");
    }

    [Theory]
    [InlineData("run", "There is no engine 'warp'")]
    [InlineData("test", "There is no engine 'warp'")]
    public async Task an_unknown_engine_is_named(string command, string sentence)
    {
        File.CreateSymbolicLink(Path.Combine(programs, "dotnet"), Where("dotnet"));
        var (code, said) = await Call(command, "--engine", "warp");
        code.ShouldNotBe(0);
        said.ShouldContain(sentence);
    }

    [Fact]
    public async Task a_result_line_ends_every_test_run_that_fails_early() =>
        (await Call("test", "--no-such-option")).Said.ShouldEndWith("0 passed, 1 failed\n");

    async Task<(int Code, string Said)> Call(string command, params string[] options)
    {
        var start = new ProcessStartInfo(Where("bash"), [Path.Combine(Sources.Root, command), .. options])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = programs;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said);
    }

    static string Where(string tool) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);
}
