// What ./test and ./run say when the feed has no such packages of Orleans: that, and that the default engine needs none of them.
using System.Diagnostics;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Commands;

public sealed class MissingPackagesTests
{
    // No feed has it, so this is what a feed without Orleans looks like.
    static readonly string[] NoSuchOrleans = ["--engine", "orleans", "--orleans-version", "99.0.0"];

    [Fact]
    public async Task a_test_run_tests_nothing_and_says_why()
    {
        var (code, said) = await Call("test", ["engine", .. NoSuchOrleans]);
        code.ShouldBe(1);
        said.ShouldContain("The packages of the engine 'orleans' cannot be restored from this machine's package feed (above), so nothing was tested. The default engine needs none of them: ./test");
        said.ShouldEndWith("0 passed, 1 failed\n");
    }

    [Fact]
    public async Task a_server_does_not_start_and_the_other_engine_is_named()
    {
        var (code, said) = await Call("run", NoSuchOrleans);
        code.ShouldBe(1);
        said.ShouldContain("The engine 'orleans' needs the Microsoft.Orleans packages; the default engine needs none of them: ./run");
    }

    static async Task<(int Code, string Said)> Call(string command, string[] options)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Sources.Root, command), options) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        said = await error + said;
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, said);
    }
}
