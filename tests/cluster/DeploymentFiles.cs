// Dockerfile, docker-compose.yml and docs/kubernetes.md: they cannot run in a test, but what they name has to be there.
using System.Text.RegularExpressions;
using OrleansBilling.TestSupport;
using YamlDotNet.RepresentationModel;

namespace OrleansBilling.Cluster.Tests;

public sealed partial class DeploymentFiles
{

    [Fact]
    public void Every_stage_of_the_Dockerfile_copies_what_is_there()
    {
        var copies = Dockerfile.Read(ProjectRoot.Of("Dockerfile")).Where(line => line.Word == "COPY" && !line.Rest.StartsWith("--from", StringComparison.Ordinal)).ToList();
        copies.ShouldNotBeEmpty();
        foreach (var source in copies.SelectMany(copy => copy.Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]))
        {
            var folder = ProjectRoot.Of(Path.GetDirectoryName(source) ?? "");
            Directory.GetFileSystemEntries(folder, Path.GetFileName(source)).ShouldNotBeEmpty($"the Dockerfile copies {source}");
        }
    }

    [Fact]
    public void The_image_is_built_of_every_project_that_the_silo_is_made_of()
    {
        var dockerfile = File.ReadAllText(ProjectRoot.Of("Dockerfile"));
        foreach (var project in ProjectsOf(ProjectRoot.Of("silo", "Silo.csproj")).Select(path => Path.GetRelativePath(ProjectRoot.Folder, path)))
            dockerfile.ShouldContain($"COPY {Path.GetDirectoryName(project)}/*.csproj", Case.Sensitive, $"{project} is needed to restore");
    }

    [Theory]
    [InlineData("silo", "Silo")]
    [InlineData("api", "ClientApi")]
    public void Images_run_without_rights_are_checked_and_start_a_program_of_the_build(string stage, string project)
    {
        var lines = Dockerfile.Stage(Dockerfile.Read(ProjectRoot.Of("Dockerfile")), stage);
        lines.Last(line => line.Word == "USER").Rest.ShouldBe("app");
        var start = Dockerfile.Words(lines.Last(line => line.Word == "ENTRYPOINT").Rest);
        start[..2].ShouldBe(["dotnet", $"OrleansBilling.{project}.dll"]);
        ShouldExist(start, Programs.Help());
        var check = Dockerfile.Words(lines.Last(line => line.Word == "HEALTHCHECK").Rest.Split("CMD", 2)[1]);
        check[..3].ShouldBe(["dotnet", $"OrleansBilling.{project}.dll", "health"]);
        ShouldExist(check, Programs.Help("health"));
    }

    [Fact]
    public void The_compose_file_puts_up_PostgreSQL_a_migration_three_silos_and_the_API()
    {
        var services = Yaml.Merged(File.ReadAllText(ProjectRoot.Of("docker-compose.yml"))).Single().Of("services").Children
            .ToDictionary(one => one.Key.ToString(), one => (YamlMappingNode)one.Value);
        services.Keys.ShouldBe(["postgres", "migrate", "silo-1", "silo-2", "silo-3", "client-api"]);
        foreach (var (name, service) in services.Where(one => one.Key != "postgres"))
        {
            ShouldExist(service.Words("command"), name == "migrate" ? Programs.Help("migrate") : Programs.Help());
            service.Of("build").Text("target").ShouldBe(name == "client-api" ? "api" : "silo");
            service.Words("cap_drop").ShouldBe(["ALL"]);
            service.Text("read_only").ShouldBe("true");
        }
        foreach (var number in new[] { 1, 2, 3 })
        {
            var silo = services[$"silo-{number}"];
            var address = silo.Of("networks").Of("inside").Text("ipv4_address");
            var words = silo.Words("command");
            words[words.IndexOf("--advertise") + 1].ShouldBe(address);
            silo.Of("depends_on").Of("migrate").Text("condition").ShouldBe("service_completed_successfully");
        }
        services["migrate"].Words("entrypoint").ShouldBe(["dotnet", "OrleansBilling.Silo.dll", "migrate"]);
        services.Values.Where(service => service.Children.ContainsKey("ports")).ShouldHaveSingleItem("only the API is reached from outside");
    }

    [Fact]
    public void The_page_on_Kubernetes_names_options_that_exist_and_probes_that_are_served()
    {
        var page = File.ReadAllText(ProjectRoot.Of("docs", "kubernetes.md"));
        var documents = YamlBlock().Matches(page).SelectMany(block => Yaml.Merged(block.Groups[1].Value)).ToList();
        documents.Select(document => $"{document.Text("kind")} {document.Of("metadata").Text("name")}").ShouldBe(
            ["Job billing-migrate-1", "Deployment billing-silo", "PodDisruptionBudget billing-silo", "NetworkPolicy billing-silo", "Deployment billing-api"]);
        foreach (var document in documents.Where(document => document.Text("kind") is "Job" or "Deployment"))
        {
            var container = (YamlMappingNode)((YamlSequenceNode)document.Of("spec").Of("template").Of("spec").Children["containers"]).Children.Single();
            ShouldExist(container.Words("args"), document.Text("kind") == "Job" ? Programs.Help("migrate") : Programs.Help());
            if (document.Text("kind") == "Job") continue;
            container.Of("livenessProbe").Of("httpGet").Text("path").ShouldBe("/healthz");
            container.Of("readinessProbe").Of("httpGet").Text("path").ShouldBe("/readyz");
        }
    }

    [Fact]
    public void An_option_that_does_not_exist_is_caught() =>
        Should.Throw<ShouldAssertException>(() => ShouldExist(["--db", "x", "--cluster-name", "y"], Programs.Help()));

    static void ShouldExist(IEnumerable<string> words, string help)
    {
        var known = OptionName().Matches(help).Select(match => match.Value).ToHashSet();
        words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).ShouldAllBe(option => known.Contains(option));
    }

    static HashSet<string> ProjectsOf(string project)
    {
        var found = new HashSet<string> { project };
        foreach (Match match in ProjectReference().Matches(File.ReadAllText(project)))
            found.UnionWith(ProjectsOf(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, match.Groups[1].Value))));
        return found;
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex OptionName();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();
}
