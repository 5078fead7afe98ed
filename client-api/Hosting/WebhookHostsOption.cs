// The option that names receivers of notifications inside: the same for the server and for the API's own program.
using System.CommandLine;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>Read by <see cref="Notifications.WebhookHosts.Of"/>.</summary>
public static class WebhookHostsOption
{
    /// <summary>A new one.</summary>
    public static Option<string> Create() => new("--webhook-hosts")
    {
        Description = "Hosts, separated by commas, that notifications may be sent to although they have private addresses or no TLS. "
            + "Without it, webhooks are https at public addresses.",
    };
}
