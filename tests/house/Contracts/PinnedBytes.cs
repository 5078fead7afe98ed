// Every message of today stands in the file of approved bytes, so the default build notices one that nobody has pinned, though only Orleans can write its bytes.
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Contracts;

public static class PinnedBytes
{
    public const string Path = "tests/cluster/Engines/orleans/messages.approved.txt";

    private const string Command = "APPROVE=1 dotnet run --project tests/cluster -c Release -p:Engine=orleans -- -class '*MessageBytes'";

    /// <summary>
    /// Lines are: alias, bytes, members as <c>id=value</c> between bars. One of them must have today's ids; lines of earlier versions stay beside it.
    /// What an exception carries is its sentence, whatever ids its type has.
    /// </summary>
    public static IEnumerable<Finding> Missing(IEnumerable<Type> messages, IEnumerable<string> lines)
    {
        var pinned = lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToLookup(line => line[0], line => Ids(line[2]));
        foreach (var type in messages.Where(type => type is { IsEnum: false, IsAbstract: false }))
        {
            var today = type.IsSubclassOf(typeof(System.Exception))
                ? "message" : string.Join(',', type.Members().Select(member => Convert.ToInt32(member.Argument("Id"), null)).Order());
            if (!pinned[type.Alias() ?? type.Name].Contains(today))
                yield return new Finding(Path, 1, $"{type.Alias() ?? type.Name} with the ids {today} is not pinned by its bytes: {Command}");
        }
    }

    private static string Ids(string members) =>
        string.Join(',', members.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(member => member[..member.IndexOf('=', StringComparison.Ordinal)]));
}
