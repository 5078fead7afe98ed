// Which dimensions of which meters are personal: known to every process before it takes an event.
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Privacy;

/// <summary>Names by meter. Where no meter has any, nothing is looked up for an event.</summary>
public sealed class PersonalMeters(IDefinitionStore definitions)
{
    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile PersonalNames? current;

    /// <summary>Meters with personal dimensions; null: there are none.</summary>
    public PersonalNames? Current => current;

    /// <summary>The first of some dimensions that is personal in a meter, or null.</summary>
    public string? In(string meter, IEnumerable<string> dimensions) => current?.Of(Encoding.UTF8.GetBytes(meter)) is { } names
        ? dimensions.FirstOrDefault(one => names.Any(name => name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(one))))
        : null;

    /// <summary>Reads all meters. One reading after the other: what was read later stands.</summary>
    public async Task Read(CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            current = await Names(cancel);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<PersonalNames?> Names(CancellationToken cancel)
    {
        var found = new Dictionary<Utf8Key, byte[][]>(Utf8KeyComparer.Instance);
        for (string? after = null; ;)
        {
            var page = await definitions.List(DefinitionKinds.Meter, null, after, Limits.PageMax, cancel);
            foreach (var stored in page)
            {
                if (Billing.Json.Definitions.Stored<Meter>(stored.Body).PersonalDimensions is { Length: > 0 } names)
                    found[Utf8Key.Of(stored.Id)] = [.. names.Select(Encoding.UTF8.GetBytes)];
            }

            if (page.Count < Limits.PageMax)
                break;
            after = page[^1].Id;
        }

        return found.Count == 0 ? null : new PersonalNames(found);
    }
}

/// <summary>Personal dimensions by meter; never changes.</summary>
public sealed class PersonalNames(Dictionary<Utf8Key, byte[][]> byMeter)
{
    private readonly Dictionary<Utf8Key, byte[][]>.AlternateLookup<ReadOnlySpan<byte>> lookup = byMeter.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The names of a meter (UTF-8), or null.</summary>
    public byte[][]? Of(ReadOnlySpan<byte> meter) => lookup.TryGetValue(meter, out var names) ? names : null;
}

/// <summary>Reads the meters before the first request, and when another process has written.</summary>
public sealed partial class PersonalMeterPoll(PersonalMeters meters, IDefinitionStore definitions, TimeProvider time, ILogger<PersonalMeterPoll> log)
    : BackgroundService
{
    private long revision;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        revision = await definitions.CatalogueRevision(cancellationToken);
        await meters.Read(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Limits.PersonalPoll, time, stoppingToken);
            try
            {
                var now = await definitions.CatalogueRevision(stoppingToken);
                if (now == revision)
                    continue;
                await meters.Read(stoppingToken);
                revision = now;
            }
            catch (StorageException fault)
            {
                NotRead(log, fault);
            }
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "Meters could not be read: what is personal in them is as it was known last")]
    private static partial void NotRead(ILogger log, Exception fault);
}
