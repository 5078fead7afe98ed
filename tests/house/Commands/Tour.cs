// The tour of README.md as a program: its bash blocks in order, and the outputs that it promises.
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansBilling.HouseTests.Commands;

/// <summary>One block, and what the block that directly follows it says that it prints.</summary>
public sealed record TourStep(string Script, int Line, string? Expected, bool Json)
{
    /// <summary>It starts the server, and so goes to the background.</summary>
    public bool StartsServer => Regex.IsMatch(Script, @"^\s*(\w+=\S+\s+)*\./run\b", RegexOptions.Multiline);
}

public static partial class Tour
{
    /// <summary>The bash blocks of the section in which the server is started, up to the next heading of its level.</summary>
    public static IReadOnlyList<TourStep> Parse(string markdown) =>
        Sections(markdown).Select(section => section.Steps).FirstOrDefault(steps => steps.Any(step => step.StartsServer)) ?? [];

    static IEnumerable<(int Level, List<TourStep> Steps)> Sections(string markdown)
    {
        var sections = new List<(int Level, List<TourStep> Steps)> { (0, []) };
        var lines = markdown.Split('\n');
        var lastEnd = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            // A deeper heading goes on with its section.
            if (Heading().Match(lines[i]) is { Success: true } heading && (sections[^1].Level < 2 || heading.Groups[1].Length <= sections[^1].Level))
                sections.Add((heading.Groups[1].Length, []));
            if (!lines[i].StartsWith("```", StringComparison.Ordinal)) continue;
            var (kind, start, steps) = (lines[i][3..].Trim(), i + 1, sections[^1].Steps);
            while (++i < lines.Length && !lines[i].StartsWith("```", StringComparison.Ordinal)) { }
            var block = string.Join('\n', lines[start..Math.Min(i, lines.Length)]);
            if (kind == "bash") steps.Add(new(block, start + 1, null, false));
            else if (kind is "text" or "json" && steps.Count > 0 && lines[lastEnd..(start - 1)].Skip(1).All(string.IsNullOrWhiteSpace))
                steps[^1] = steps[^1] with { Expected = block, Json = kind == "json" };
            lastEnd = i;
        }
        return sections;
    }

    /// <summary>Whether an output is what was promised; … stands for anything.</summary>
    public static bool Matches(string expected, string actual, bool json)
    {
        var parts = Normal(expected, json).Split('…').Select(Regex.Escape);
        return Regex.IsMatch(Normal(actual, json), $@"\A{string.Join("(.*?)", parts)}\z", RegexOptions.Singleline);
    }

    /// <summary>One script for one bash: every block as it stands, its output in a file of its own.</summary>
    public static string Script(IReadOnlyList<TourStep> steps, string url)
    {
        var script = new StringBuilder($$"""
            set -euo pipefail
            server_answers() { curl -fsS -o .tour/ready --max-time 2 {{url}}/readyz 2>.tour/curl; }
            end_tour() {
              code=$?
              trap '' TERM; kill -TERM 0
              for i in {1..200}; do curl -s -o .tour/ready --max-time 1 {{url}}/healthz || exit "$code"; sleep 0.1; done
            }
            trap end_tour EXIT

            """.ReplaceLineEndings("\n"));
        for (var i = 0; i < steps.Count; i++)
        {
            script.Append($"echo {i} >.tour/at\nexec >.tour/{i}.out 2>.tour/{i}.err\n");
            if (!steps[i].StartsServer) script.Append($"{steps[i].Script}\n");
            else
                script.Append($"(\n{steps[i].Script}\n) & server=$!\n").Append("""
                    for i in {1..2400}; do server_answers && break; kill -0 $server 2>/dev/null || { cat .tour/*.err; exit 1; }; sleep 0.1; done
                    server_answers

                    """.ReplaceLineEndings("\n"));
        }
        return script.ToString();
    }

    static string Normal(string text, bool json) => json
        ? JsonSpace().Replace(text, match => match.Groups[1].Value)
        : string.Join('\n', text.TrimEnd().Split('\n').Select(line => line.TrimEnd()));

    [GeneratedRegex("^(#+) ")]
    private static partial Regex Heading();

    // Strings stay, space between them goes.
    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|\s+""")]
    private static partial Regex JsonSpace();
}
