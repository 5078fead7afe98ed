// The verb "migrate": brings a store to this version and ends, so that it can be a step of its own before silos start.
using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using OrleansBilling.Storage;

namespace OrleansBilling.Silo.Operating;

internal static class MigrateCommand
{
    public static Command Create()
    {
        var place = new StorePlace("Folder of the SQLite store; its server must be stopped.",
            "PostgreSQL connection string; servers of this version may go on.");
        var command = new Command("migrate", "Makes the store's tables, or brings them to this version. A server does it at its start too.")
        {
            place.Data, place.Db,
        };
        command.SetAction((parsed, cancel) => OperatingRun.Guard("The store was not migrated", async _ =>
        {
            await using var services = new ServiceCollection().AddBillingStorage(place.Of(parsed)).BuildServiceProvider();
            await services.GetRequiredService<IStore>().Start(cancel);
            return "The store has the tables of this version.";
        }));
        return command;
    }
}
