// What stands beside the programs: the default engine brings nothing of Orleans, the other one does.
namespace OrleansBilling.Cluster.Tests;

public sealed class ProgramFiles
{
    const string Orleans = "Microsoft.Orleans";

    [Theory]
    [InlineData("Silo")]
    [InlineData("ClientApi")]
    public void Nothing_of_Orleans_is_beside_a_program_of_the_default_engine(string project)
    {
        var program = new FileInfo(Programs.Of(project));
        var isDefault = program.FullName.Contains($"{Path.DirectorySeparatorChar}embedded{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        File.ReadAllText(Path.ChangeExtension(program.FullName, "deps.json")).Contains(Orleans, StringComparison.Ordinal).ShouldBe(!isDefault);
        program.Directory!.EnumerateFiles("Orleans.*.dll").Any().ShouldBe(!isDefault);
    }
}
