// What a person reads when the server is up.
using System.Net;
using NodaTime;
using OrleansBilling.ClientApi.Hosting;

namespace OrleansBilling.Silo;

internal static class StartMessage
{
    public static void Print(SiloOptions options, string? givenKey, string? madeKey, Instant now)
    {
        var url = ListenOptions.UrlOf(new IPEndPoint(options.Listen, options.Port)).ToString().TrimEnd('/');
        Console.WriteLine($"""
            OrleansBilling is ready.
              API    {url}/v1
              Docs   {url}/docs
              Store  {(options.Db is null ? $"SQLite in {options.Data}" : "PostgreSQL")}, engine {EngineSetup.Name}{ClusterText(options.Cluster)}
              Clock  {(options.ManualClock ? $"manual, at {now}; POST /v1/clock/advance moves it" : "system")}
              Key    {KeyText(givenKey, madeKey)}
            Ctrl-C stops it.
            """);
    }

    private static string ClusterText(ClusterPlace? place) =>
        place is null ? "" : $", silo {place.Advertised}:{place.SiloPort} of cluster {place.ClusterId}";

    private static string KeyText(string? givenKey, string? madeKey) => (givenKey, madeKey) switch
    {
        ({ Length: > 0 }, _) => "the one in BILLING_ADMIN_KEY",
        (_, { } made) => $"{made}  (admin; shown only this once)",
        _ => "the admin key that was shown at the first start (lost? start once with BILLING_ADMIN_KEY set)",
    };
}
