// Two partners, two customers, and the words of wallets.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Wallets;

public abstract class WalletScenario(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Partner("nordreach");
        await Scene.Partner("sudwind");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Customer("beta", "nordreach");
        await Scene.Clock("05-12T12:00");
    }

    protected string Path(string wallet, string rest = "") => $"/v1/wallets/{Scene.Id(wallet)}{rest}";

    protected Task<Answer> Put(string wallet, string owner, object members)
    {
        var body = JsonSerializer.SerializeToNode(members)!.AsObject();
        body["owner"] = JsonValue.Create(Scene.Id(owner));
        return Admin.TryPut(Path(wallet), body);
    }
}
