// Every rule of grain code with an example it must catch, and grain code it must leave alone.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using OrleansBilling.Embedded.Generator;

namespace OrleansBilling.Engine.Tests;

public sealed class RuleTests
{
    [Theory]
    [InlineData("GRAIN001", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] int M(); }")]
    [InlineData("GRAIN001", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] IAsyncEnumerable<int> M(); }")]
    [InlineData("GRAIN002", "[Alias(\"I\")] public interface I : IGrainWithStringKey { Task<int> P { get; } }")]
    [InlineData("GRAIN002", "[Alias(\"I\")] public interface I : IGrainWithStringKey { event Action E; }")]
    [InlineData("GRAIN003", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M<T>(T t); }")]
    [InlineData("GRAIN003", "[Alias(\"I\")] public interface I<T> : IGrainWithStringKey { [Alias(\"M\")] Task M(T t); }")]
    [InlineData("GRAIN004", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(CancellationToken a, CancellationToken b); }")]
    [InlineData("GRAIN005", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(ref int a); }")]
    [InlineData("GRAIN005", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(out int a); }")]
    [InlineData("GRAIN006", "public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(); }")]
    [InlineData("GRAIN006", "[Alias(\"I\")] public interface I : IGrainWithStringKey { Task M(); }")]
    [InlineData("GRAIN006", "[GenerateSerializer] public sealed record R([property: Id(0)] int A);")]
    [InlineData("GRAIN007", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(); [Alias(\"M\")] Task N(); }")]
    [InlineData("GRAIN008", "[GenerateSerializer, Alias(\"R\")] public sealed record R { public int A { get; init; } }")]
    [InlineData("GRAIN008", "[GenerateSerializer, Alias(\"R\")] public sealed class R { public int A; }")]
    [InlineData("GRAIN009", "[GenerateSerializer, Alias(\"R\")] public sealed class R { [Id(1)] public int A; [Id(1)] public int B; }")]
    [InlineData("GRAIN010", "[Alias(\"I\")] public interface I : IGrainWithStringKey { [OneWay, Alias(\"M\")] Task<int> M(); }")]
    [InlineData("GRAIN011", "public class G : Grain { [AlwaysInterleave] public Task M() => Task.CompletedTask; }")]
    [InlineData("GRAIN011", "public class G : Grain { [ReadOnly] public Task M() => Task.CompletedTask; }")]
    [InlineData("GRAIN012", "[Alias(\"G\")] public class G : Grain { }")]
    [InlineData("GRAIN012", "[GenerateSerializer] public class G : Grain { }")]
    [InlineData("GRAIN013", "public class G : Grain { public async Task M() => await Task.Yield(); async Task N(Task t) => await t.ConfigureAwait(false); }")]
    [InlineData("GRAIN013", "public class G : Grain { async Task N(ValueTask<int> t) => await t.ConfigureAwait(false); }")]
    [InlineData("GRAIN013", "public class G : Grain { async Task N(Task t) => await t.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }")]
    [InlineData("GRAIN013", "public class G : Grain { Task M() => Task.Run(() => { }); }")]
    [InlineData("GRAIN013", "public class G : Grain { Task M() => Task.Delay(TimeSpan.FromSeconds(1)); }")]
    [InlineData("GRAIN013", "public class G : Grain { sealed class Inner { Task M() => Task.Run(() => { }); } }")]
    [InlineData("GRAIN014", "[GenerateSerializer, Alias(\"R\")] public abstract class R { [Id(0)] public abstract int A { get; set; } }")]
    public async Task a_rule_catches_its_example(string rule, string source)
        => (await Check(source)).Select(found => found.Id).Distinct().ShouldBe([rule]);

    [Theory]
    [InlineData("[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] ValueTask<int> M(int a = 5, CancellationToken token = default); }")]
    [InlineData("public interface INoGrain { int M(); int P { get; } }")]
    [InlineData("[GenerateSerializer, Alias(\"R\")] public sealed record R(int A, string B);")]
    [InlineData("[GenerateSerializer, Alias(\"R\")] public sealed record R { [Id(0)] public int A { get; init; } public int Twice => A * 2; const int C = 1; }")]
    [InlineData("[GenerateSerializer, Alias(\"R\")] public sealed class R { [Id(0)] int a; [NonSerialized] int cache; public int Sum() => a + cache; }")]
    [InlineData("[GenerateSerializer, Alias(\"E\")] public enum E { A, B }")]
    [InlineData("[GenerateSerializer, Alias(\"R\")] public readonly record struct R([property: Id(0)] decimal V);")]
    [InlineData("public class G : Grain { async Task N(Task t) => await t.ConfigureAwait(true); Task D(TimeProvider c) => Task.Delay(TimeSpan.FromSeconds(1), c); }")]
    [InlineData("public class NoGrain { Task M() => Task.Run(() => { }); async Task N(Task t) => await t.ConfigureAwait(false); }")]
    public async Task right_code_is_left_alone(string source) => (await Check(source)).ShouldBeEmpty();

    [Fact]
    public void an_unchanged_project_is_not_generated_again()
    {
        var compilation = Compile("[Alias(\"I\")] public interface I : IGrainWithStringKey { [Alias(\"M\")] Task M(); }");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ProxyGenerator().AsSourceGenerator()],
            driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated;")));
        var outputs = driver.GetRunResult().Results[0].TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs);
        outputs.ShouldAllBe(output => output.Reason == IncrementalStepRunReason.Cached);
    }

    static readonly MetadataReference[] Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.") || name == "netstandard.dll" || name.Contains("OrleansBilling.Embedded.dll")))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    static async Task<ImmutableArray<Diagnostic>> Check(string source)
    {
        CSharpGeneratorDriver.Create(new ProxyGenerator()).RunGeneratorsAndUpdateCompilation(Compile(source), out var compilation, out _);
        // Proxies are left out for refused interfaces, so only the rule speaks.
        compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        return await compilation
            .WithAnalyzers([new GrainInterfaceRules(), new ContractRules(), new GrainClassRules()])
            .GetAnalyzerDiagnosticsAsync();
    }

    static CSharpCompilation Compile(string source)
    {
        const string usings = "using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using Orleans; "
            + "using Orleans.Runtime; using Orleans.Concurrency;\n";
        return CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(usings + source)],
            Platform,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: false));
    }
}
