// The option that names a PostgreSQL store.
using System.CommandLine;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>How a PostgreSQL store is named on the command line.</summary>
public static class DbOption
{
    private const string Example = "\"Host=localhost;Username=billing;Password=…;Database=billing\"";

    /// <summary>Refuses what is no connection string, with an example.</summary>
    public static Option<string?> Of(string description, string name = "--db")
    {
        var option = new Option<string?>(name) { Description = description };
        option.Validators.Add(said =>
        {
            if (said.GetValueOrDefault<string?>() is { } given && PostgresConnection.Fault(given) is { } fault)
                said.AddError($"{name} is a connection string such as {Example}. In the given one: {fault}.");
        });
        return option;
    }
}
