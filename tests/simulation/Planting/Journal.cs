// A copy of a run's rows to do harm to: frames taken out, doubled, exchanged or added, with checksums that hold.
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Planting;

/// <summary>A fact and the frame that it stands in.</summary>
internal sealed record Place(int Row, int From, int To, StoredFact Fact);

internal sealed class Journal(IEnumerable<StoredRow> rows, TreeFacts tree)
{
    public List<StoredRow> Rows { get; } = [.. rows.Select(row => row with { Payload = [.. row.Payload] })];

    /// <summary>Whose stream a place is in, e.g. wallet/wp.</summary>
    public string OwnerOf(Place place) => tree.Streams[Rows[place.Row].Stream];

    /// <summary>Facts of a type that a condition holds for, oldest first within a stream.</summary>
    public IEnumerable<(Place Place, T Fact)> All<T>(Func<T, bool>? which = null) where T : StoredFact
    {
        for (var at = 0; at < Rows.Count; at++)
        {
            foreach (var (_, from, to, facts) in Rows[at].Frames())
            {
                foreach (var fact in facts.OfType<T>().Where(fact => which?.Invoke(fact) ?? true))
                    yield return (new Place(at, from, to, fact), fact);
            }
        }
    }

    /// <summary>The frame once more, right behind itself.</summary>
    public void Double(Place place) => Exchange(place, [.. Bytes(place), .. Bytes(place)]);

    public void Remove(Place place) => Exchange(place, []);

    public void Exchange(Place place, IEnumerable<byte> frames)
    {
        var row = Rows[place.Row];
        Rows[place.Row] = StoredRow.Of(row.Stream, row.Version, [.. row.Payload[1..place.From], .. frames, .. row.Payload[place.To..^8]]);
    }

    /// <summary>A row at the end of the stream that a place is in.</summary>
    public void Append(Place place, IEnumerable<byte> frames)
    {
        var stream = Rows[place.Row].Stream;
        Rows.Add(StoredRow.Of(stream, Rows.Where(row => row.Stream == stream).Max(row => row.Version) + 1, frames));
    }

    public byte[] Bytes(Place place) => Rows[place.Row].Payload[place.From..place.To];
}
