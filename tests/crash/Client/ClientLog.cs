// The client's own record: what it defined, what it sent, what it was answered. On disk before anything is sent.
using System.Globalization;
using System.Text;

namespace OrleansBilling.Crash.Tests.Client;

/// <summary>
/// Lines of words between tabs. <c>send</c> is written and flushed to the disk before the request leaves; <c>answer</c> says what came back for
/// one position of a request, <c>broken</c> that no (further) answer came. Together with the database it is all that the checker reads.
/// </summary>
public sealed class ClientLog : IDisposable
{
    readonly Lock gate = new();
    readonly FileStream file;
    int requests;
    int loads;

    public ClientLog(string path) => file = new FileStream(Path = path, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);

    public string Path { get; }

    /// <summary>What an agreement bills, with its tax rate in percent.</summary>
    public void Agreement(string id, string seller, string buyer, string documents, decimal taxRate) =>
        Write(["agreement", id, seller, buyer, documents, Text(taxRate)]);

    public void Leg(string subscription, string agreement, string plan) => Write(["leg", subscription, agreement, plan]);

    public void Price(string plan, string country, string charge, decimal price) => Write(["price", plan, country, charge, Text(price)]);

    public void Fee(string plan, string charge, decimal price) => Write(["fee", plan, charge, Text(price)]);

    /// <summary>A period that has been closed to the end: from here on its documents have to be complete.</summary>
    public void Closed(string period) => Write(["closed", period]);

    /// <summary>A number for the ids of one more load, so that no two make the same.</summary>
    public int BeginLoad() => Interlocked.Increment(ref loads);

    /// <summary>Called before sending; answers the number of the request.</summary>
    public int Send(IReadOnlyList<UsageEvent> events)
    {
        var request = Interlocked.Increment(ref requests);
        var lines = new StringBuilder();
        foreach (var one in events)
        {
            Append(lines, ["send", Text(request), one.Key.Subscription, one.Key.Source, one.Key.Id, Text(one.TimeMicros), one.QuantityText, one.Country, one.Meter,
                one.ContentHash, one.Welcome ? "welcome" : "unwelcome"]);
        }
        Write(lines, durable: true);
        return request;
    }

    public void Answered(int request, IReadOnlyList<(int Position, string Id, string Status)> answers)
    {
        var lines = new StringBuilder();
        foreach (var (position, id, status) in answers) Append(lines, ["answer", Text(request), Text(position), id, status]);
        Write(lines, durable: false);
    }

    public void Broken(int request, string reason) => Write(["broken", Text(request), reason.ReplaceLineEndings(" ").Replace('\t', ' ')]);

    public void Dispose() => file.Dispose();

    void Write(string[] words)
    {
        var line = new StringBuilder();
        Append(line, words);
        Write(line, durable: false);
    }

    void Write(StringBuilder lines, bool durable)
    {
        var bytes = Encoding.UTF8.GetBytes(lines.ToString());
        lock (gate)
        {
            file.Write(bytes);
            file.Flush(durable);
        }
    }

    static void Append(StringBuilder lines, string[] words) => lines.AppendJoin('\t', words).Append('\n');

    static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
