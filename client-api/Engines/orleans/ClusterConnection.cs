// What silos and clients of a cluster have in common: the table of members in the store's PostgreSQL, and TLS.
using System.Data.Common;
using Orleans.Connections.Security;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Hosting;

namespace OrleansBilling.ClientApi;

/// <summary>How a process gets into a cluster.</summary>
public static class ClusterConnection
{
    /// <summary>ADO.NET's name of the driver, under which Orleans knows the kind of database.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>
    /// The store's connection string with a small pool of its own: a storm of activations on the store's pool must not make a silo look dead.
    /// The name is that of all servers: commands look for it.
    /// </summary>
    public static string SmallPool(string db)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = db };
        settings["Maximum Pool Size"] = Limits.MembersPoolMax;
        settings["Application Name"] = "OrleansBilling";
        return settings.ConnectionString;
    }

    /// <summary>Both ends of every connection show a certificate of the cluster's authority. Members are reached by address: names are not compared.</summary>
    public static void Apply(this ClusterTls tls, TlsOptions options)
    {
        options.LocalCertificate = tls.Own;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (shown, _, _) => tls.Trusts(shown);
        options.OnAuthenticateAsClient = (_, handshake) => handshake.TargetHost = "billing-cluster";
    }
}
