// Reads a Dockerfile: instructions in order, and what holds in a stage that is built on others.
using System.Text.Json;

namespace OrleansBilling.Cluster.Tests;

/// <summary>An instruction, with continued lines put together.</summary>
public sealed record DockerLine(string Word, string Rest);

public static class Dockerfile
{
    static readonly string[] Known = ["ARG", "FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "ENV"];

    public static IReadOnlyList<DockerLine> Read(string path)
    {
        var whole = string.Join('\n', File.ReadLines(path).Where(line => !line.StartsWith('#'))).Replace("\\\n", " ", StringComparison.Ordinal);
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
    }

    /// <summary>The instructions of a stage behind those of the stages that it is built on.</summary>
    public static IReadOnlyList<DockerLine> Stage(IReadOnlyList<DockerLine> lines, string name)
    {
        var from = lines.Select((line, index) => (line, index)).Single(one => one.line.Word == "FROM" && one.line.Rest.EndsWith($" AS {name}", StringComparison.Ordinal));
        var own = lines.Skip(from.index + 1).TakeWhile(line => line.Word != "FROM");
        var parent = from.line.Rest.Split(' ')[0];
        return lines.Any(line => line.Word == "FROM" && line.Rest.EndsWith($" AS {parent}", StringComparison.Ordinal)) ? [.. Stage(lines, parent), .. own] : [.. own];
    }

    /// <summary>The words of an instruction in its exact form, a JSON list.</summary>
    public static string[] Words(string rest) => JsonSerializer.Deserialize<string[]>(rest)!;

    static DockerLine Parse(string line)
    {
        var (word, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
        Known.ShouldContain(word, $"no instruction of a Dockerfile: {line}");
        return new DockerLine(word, rest.Trim());
    }
}
