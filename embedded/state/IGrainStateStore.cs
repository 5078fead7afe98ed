// The port behind [PersistentState], and its default: in memory, for state that can be rebuilt.
using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansBilling.Embedded;

public sealed record StoredState<T>(T Value, string Etag);

// An implementation throws InconsistentStateException when expectedEtag is not the stored one (null: nothing is stored).
// A store under the name of [PersistentState(name, storageName)] is registered as a keyed service.
public interface IGrainStateStore
{
    Task<StoredState<T>?> ReadAsync<T>(string grainType, string key, string stateName, CancellationToken token);

    Task<string> WriteAsync<T>(string grainType, string key, string stateName, T value, string? expectedEtag, CancellationToken token);

    Task ClearAsync(string grainType, string key, string stateName, string? expectedEtag, CancellationToken token);
}

// Keeps copies, as a store that serialises would: what a grain changes without writing is lost.
public sealed class InMemoryGrainStateStore : IGrainStateStore
{
    readonly ConcurrentDictionary<(string, string, string), (object Value, long Version)> records = new();
    readonly MessageCopier copier = new();

    public Task<StoredState<T>?> ReadAsync<T>(string grainType, string key, string stateName, CancellationToken token)
        => Task.FromResult(records.TryGetValue((grainType, key, stateName), out var record)
            ? new StoredState<T>(copier.Copy((T)record.Value), Etag(record.Version))
            : null);

    public Task<string> WriteAsync<T>(string grainType, string key, string stateName, T value, string? expectedEtag, CancellationToken token)
    {
        var id = (grainType, key, stateName);
        object copy = copier.Copy(value)!;
        var known = records.TryGetValue(id, out var old);
        var next = known ? old.Version + 1 : 1;
        if ((known ? Etag(old.Version) : null) != expectedEtag) throw Conflict(id, known, old.Version, expectedEtag);
        var written = known ? records.TryUpdate(id, (copy, next), old) : records.TryAdd(id, (copy, next));
        return written ? Task.FromResult(Etag(next)) : throw Conflict(id, known, old.Version, expectedEtag);
    }

    public Task ClearAsync(string grainType, string key, string stateName, string? expectedEtag, CancellationToken token)
    {
        var id = (grainType, key, stateName);
        if (!records.TryGetValue(id, out var old)) return Task.CompletedTask;
        return Etag(old.Version) == expectedEtag && records.TryRemove(new(id, old)) ? Task.CompletedTask : throw Conflict(id, true, old.Version, expectedEtag);
    }

    static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    static Orleans.Storage.InconsistentStateException Conflict(object id, bool known, long version, string? expected)
        => new($"State {id} was changed by another activation.", known ? Etag(version) : "none", expected ?? "none");
}
