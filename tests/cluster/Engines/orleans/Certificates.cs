// An authority of a cluster and certificates that it signs, as PEM files in a folder of their own.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansBilling.Cluster.Tests;

public sealed class Certificates : IDisposable
{
    static readonly DateTimeOffset Yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
    readonly string folder = Directory.CreateTempSubdirectory("billing-tls-").FullName;
    readonly X509Certificate2 authority;
    int signed;

    public Certificates(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authority = request.CreateSelfSigned(Yesterday, Yesterday.AddDays(30));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
    }

    public string AuthorityFile => Path.Combine(folder, "authority.pem");

    /// <summary>Options of a member with a certificate that is signed here; trusted is whoever <paramref name="trusted"/> has signed.</summary>
    public string[] Options(Certificates? trusted = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=member {++signed}", key, HashAlgorithmName.SHA256);
        // Both ends of a connection show it.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(authority, Yesterday, Yesterday.AddDays(20), BitConverter.GetBytes(signed));
        var (file, secret) = (Path.Combine(folder, $"{signed}.pem"), Path.Combine(folder, $"{signed}.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        return ["--tls-certificate", file, "--tls-key", secret, "--tls-authority", (trusted ?? this).AuthorityFile];
    }

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
