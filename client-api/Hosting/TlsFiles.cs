// The certificate by which members of a cluster know each other, and the options that name its files.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansBilling.ClientApi.Hosting;

/// <summary>Each member shows its certificate and takes only those that the cluster's own authority has signed; names in them are not looked at.</summary>
/// <param name="Own">This member's certificate with its key; good for servers and for clients.</param>
/// <param name="Authority">Who signs the certificates of this cluster, and nothing else.</param>
public sealed record ClusterTls(X509Certificate2 Own, X509Certificate2 Authority)
{
    /// <summary>Whether a certificate that another member shows was signed by the authority and is valid now.</summary>
    public bool Trusts(X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }
}

/// <summary><c>--tls-certificate</c>, <c>--tls-key</c> and <c>--tls-authority</c>: PEM files, all of them or none.</summary>
public sealed class TlsFiles
{
    private readonly Option<string?> certificate = new("--tls-certificate") { Description = "PEM file: this member's certificate, for TLS between members." };
    private readonly Option<string?> key = new("--tls-key") { Description = "PEM file: the certificate's private key." };
    private readonly Option<string?> authority = new("--tls-authority") { Description = "PEM file: who signs the certificates of this cluster." };

    /// <summary>The options, in the order in which they are listed.</summary>
    public IReadOnlyList<Option> All => [certificate, key, authority];

    /// <summary>Adds an error for what cannot be used.</summary>
    public void Validate(CommandResult result)
    {
        var given = new[] { certificate, key, authority }.Count(option => result.GetValue(option) is not null);
        if (given is not 0 and not 3)
            result.AddError("--tls-certificate, --tls-key and --tls-authority belong together.");
        else if (given == 3 && Fault(result) is { } fault)
            result.AddError(fault);
    }

    /// <summary>The certificates; null: members speak without TLS.</summary>
    public ClusterTls? Read(ParseResult parsed) =>
        parsed.GetValue(certificate) is { } file ? Load(file, parsed.GetValue(key)!, parsed.GetValue(authority)!) : null;

    private string? Fault(CommandResult result)
    {
        try
        {
            var tls = Load(result.GetValue(certificate)!, result.GetValue(key)!, result.GetValue(authority)!);
            return tls.Trusts(tls.Own) ? null : "--tls-certificate is not signed by --tls-authority, or not valid today.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"The certificate cannot be read: {fault.Message}";
        }
    }

    private static ClusterTls Load(string certificate, string key, string authority) =>
        new(X509Certificate2.CreateFromPemFile(certificate, key), X509CertificateLoader.LoadCertificateFromFile(authority));
}
