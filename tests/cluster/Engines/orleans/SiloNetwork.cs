// A network of namespaces on this machine: each silo has an address of its own, and packets between any two can be made to die.
using System.Diagnostics;
using System.Net;

namespace OrleansBilling.Cluster.Tests;

/// <summary>One namespace per silo, all on a bridge on which this process has an address too. Needs root, and ip of iproute2.</summary>
public sealed class SiloNetwork : IDisposable
{
    readonly int count;
    readonly int net = 20 + (Environment.ProcessId % 200);
    readonly string name = $"ob{Environment.ProcessId % 100_000:x}";

    public SiloNetwork(int count)
    {
        this.count = count;
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("Network partitions need the right to make network namespaces: run this test as root.");
        Ip("link", "add", name, "type", "bridge");
        Ip("addr", "add", $"{Host}/24", "dev", name);
        Ip("link", "set", name, "up");
        for (var silo = 1; silo <= count; silo++)
        {
            Ip("netns", "add", Space(silo));
            Ip("link", "add", Cable(silo), "type", "veth", "peer", "name", "eth0", "netns", Space(silo));
            Ip("link", "set", Cable(silo), "master", name, "up");
            Inside(silo, "addr", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
            Inside(silo, "link", "set", "eth0", "up");
            Inside(silo, "link", "set", "lo", "up");
        }
    }

    /// <summary>Where this process is reached from inside.</summary>
    public IPAddress Host => IPAddress.Parse($"10.213.{net}.1");

    public IPAddress AddressOf(int silo) => IPAddress.Parse($"10.213.{net}.{10 + silo}");

    /// <summary>The command behind which a program runs inside.</summary>
    public IReadOnlyList<string> Behind(int silo) => ["ip", "netns", "exec", Space(silo)];

    /// <summary>What one silo sends to another dies on the way; the other's packets arrive.</summary>
    public void CutOneWay(int from, int to) => Inside(from, "route", "add", "blackhole", $"{AddressOf(to)}/32");

    public void HealOneWay(int from, int to) => Inside(from, "route", "del", "blackhole", $"{AddressOf(to)}/32");

    /// <summary>A silo and others no longer reach each other; whatever else there is, they reach.</summary>
    public void Part(int silo, IEnumerable<int> others)
    {
        foreach (var other in others)
        {
            CutOneWay(silo, other);
            CutOneWay(other, silo);
        }
    }

    public void Join(int silo, IEnumerable<int> others)
    {
        foreach (var other in others)
        {
            HealOneWay(silo, other);
            HealOneWay(other, silo);
        }
    }

    /// <summary>From everything.</summary>
    public void PullCable(int silo) => Ip("link", "set", Cable(silo), "down");

    public void PlugIn(int silo) => Ip("link", "set", Cable(silo), "up");

    public void Dispose()
    {
        for (var silo = 1; silo <= count; silo++) Ip("netns", "del", Space(silo));
        Ip("link", "del", name);
    }

    string Space(int silo) => $"{name}-{silo}";

    string Cable(int silo) => $"{name}v{silo}";

    void Inside(int silo, params string[] words) => Ip(["-n", Space(silo), .. words]);

    static void Ip(params string[] words)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true })!;
        var error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', words)}: {error}");
    }
}
