// What every file owes its reader: a first sentence, no machine of its writer's, and scripts that start.
using System.Text.RegularExpressions;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Files;

public sealed partial class TextTests
{
    [Fact]
    public void every_source_file_opens_with_a_sentence() => Rule.Holds("opening", Sources.CSharp.SelectMany(Opening));

    [Theory]
    [InlineData("using System;\n// What it is for.\n")]
    [InlineData("// Copyright\nusing System;")]
    [InlineData("/// <summary>What it is for.</summary>\nclass A;")]
    public void a_file_without_one_is_caught(string text) => Opening(new SourceFile("billing/A.cs", text)).Count().ShouldBe(1);

    [Theory]
    [InlineData("// What it is for.\nclass A;")]
    [InlineData("// What it is for, told in\n// two lines.\nclass A;")]
    public void a_file_with_one_is_not(string text) => Opening(new SourceFile("billing/A.cs", text)).ShouldBeEmpty();

    [Fact]
    public void nothing_names_a_machine_s_own_folders() => Rule.Holds("machine-path", Sources.Files.SelectMany(MachinePaths));

    [Theory]
    [InlineData("see ", "root", "/notes")]
    [InlineData("data=", "home", "/me/data")]
    [InlineData("(", "work", "/project)")]
    [InlineData("\"", "Users", "/me\"")]
    public void a_machine_path_is_caught(string before, string folder, string after) =>
        MachinePaths(new SourceFile("README.md", $"{before}/{folder}{after}")).Count().ShouldBe(1);

    [Fact]
    public void an_address_or_a_relative_path_is_not() =>
        MachinePaths(new SourceFile("README.md", "https://example.com/home/a, client-api/work/b, /v1/home/x, /homepage/a")).ShouldBeEmpty();

    [Fact]
    public void scripts_start() => Rule.Holds("script", Sources.Files.Where(file => file.Text.StartsWith("#!", StringComparison.Ordinal))
        .SelectMany(file => Scripts(file, File.GetUnixFileMode(Path.Combine(Sources.Root, file.Path)))));

    [Fact]
    public void a_script_that_cannot_start_is_caught()
    {
        Scripts(new SourceFile("run", "#!/usr/bin/env bash"), UnixFileMode.UserRead).Count().ShouldBe(1);
        Scripts(new SourceFile("run", "#!/usr/bin/env bash\r\n"), UnixFileMode.UserExecute).Count().ShouldBe(1);
        Scripts(new SourceFile("run", "#!/usr/bin/env bash\n"), UnixFileMode.UserExecute).ShouldBeEmpty();
    }

    [Fact]
    public void every_package_is_a_decision_with_its_licence() =>
        Rule.Holds("package", Packages(Sources.Find("Directory.Packages.props")!.Text, Sources.Find("DECISIONS.md")?.Text ?? ""));

    [Fact]
    public void a_package_without_a_decision_is_caught()
    {
        const string props = "<PackageVersion Include=\"Dapper\" Version=\"2\" />\n<PackageVersion Include=\"Microsoft.Orleans.Sdk\" Version=\"10\" />";
        Packages(props, "").Count().ShouldBe(2);
        Packages(props, "- Dapper: quick.\n- Microsoft.Orleans.*: MIT").ShouldHaveSingleItem().What.ShouldContain("Dapper");
        Packages(props, "- Dapper (Apache-2.0): quick.\n- Microsoft.Orleans.*: MIT").ShouldBeEmpty();
        Packages(props, "- DapperContrib (Apache-2.0)\n- Microsoft.Orleans.Sdk: MIT").Count().ShouldBe(1);
    }

    static IEnumerable<Finding> Opening(SourceFile file)
    {
        var comment = file.Lines.TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal)).Select(line => line[3..].TrimEnd());
        var sentence = string.Join(' ', comment);
        if (sentence.Length < 15 || sentence[^1] is not ('.' or ':' or '!' or '?'))
            yield return file.At(1, "a file opens with a // sentence that says what it is for.");
    }

    static IEnumerable<Finding> MachinePaths(SourceFile file) => file.Lines.SelectMany((line, index) => MachinePath().Matches(line)
        .Select(match => file.At(index + 1, $"'{match.Value}' is a path of one machine.")));

    static IEnumerable<Finding> Scripts(SourceFile file, UnixFileMode mode)
    {
        if (!mode.HasFlag(UnixFileMode.UserExecute)) yield return file.At(1, "a script that cannot be started: chmod +x it.");
        if (file.Text.Contains('\r', StringComparison.Ordinal)) yield return file.At(1, "a script with carriage returns does not start.");
    }

    static IEnumerable<Finding> Packages(string props, string decisions) => Package().Matches(props).Select(match => match.Groups[1].Value)
        .Where(package => !decisions.Split('\n').Any(line => Licence().IsMatch(line) && Names(line, package)))
        .Select(package => new Finding("DECISIONS.md", 1, $"{package} has no line that names it with its licence."));

    // By its whole name, or by a family as in Microsoft.Orleans.*
    static bool Names(string line, string package) => Regex.IsMatch(line, $@"(?<![\w.]){Regex.Escape(package)}(?![\w]|\.\w)")
        || Family().Matches(line).Any(family => package.StartsWith(family.Value[..^1], StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\w./:*~-])/(work|root|home|Users|mnt|tmp/\w+/\w+)/\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Package();

    [GeneratedRegex(@"\b(MIT|Apache-2\.0|BSD-\d-Clause|PostgreSQL|MS-PL|MPL-2\.0|public domain)\b")]
    private static partial Regex Licence();

    [GeneratedRegex(@"[\w.]+\.\*")]
    private static partial Regex Family();
}
