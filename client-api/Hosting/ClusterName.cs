// The options that say which cluster is meant.
using System.CommandLine;
using System.CommandLine.Parsing;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary><c>--cluster-id</c> and <c>--service-id</c>: members of one name on one PostgreSQL belong together.</summary>
public sealed class ClusterName
{
    private const int LengthMax = 64;

    /// <summary>Name of the cluster.</summary>
    public Option<string?> Cluster { get; } = new("--cluster-id") { Description = "Name of the cluster on this PostgreSQL (engine orleans)." };

    /// <summary>Name of the installation.</summary>
    public Option<string> Service { get; } = new("--service-id") { Description = "Name of the service, never changed.", DefaultValueFactory = _ => "billing" };

    /// <summary>Adds an error for what is no name.</summary>
    public void Validate(CommandResult result)
    {
        // While options are judged, those that were not given have no value yet.
        foreach (var option in new Option[] { Cluster, Service })
        {
            if (result.GetResult(option) is { Implicit: false } given && !IsName(given.GetValueOrDefault<string>()))
                result.AddError($"{option.Name} is 1 to {LengthMax} letters, digits, - and _.");
        }
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= LengthMax } && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_');
}
