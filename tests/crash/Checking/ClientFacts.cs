// What the client's log says: who is billed at what price, which events were sent, what was answered.
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Crash.Tests.Checking;

/// <summary>One content that was sent under an id, and everything that was answered to it.</summary>
public sealed class SentContent(string hash, bool welcome)
{
    public string Hash => hash;
    public bool Welcome => welcome;
    public Dictionary<string, int> Answers { get; } = [];
    public bool Acknowledged => Answers.ContainsKey("accepted") || Answers.ContainsKey("duplicate");
}

public sealed record AgreementTerms(string Id, string Seller, string Buyer, string Documents, decimal TaxRate);

/// <summary>Read from the file, not from memory: the checker believes the log only.</summary>
public sealed class ClientFacts
{
    readonly Dictionary<(string Request, int Position), (EventKey Key, SentContent Content)> positions = [];
    readonly Dictionary<string, int> sentOfRequest = [];

    public Dictionary<EventKey, List<SentContent>> Sent { get; } = [];
    public Dictionary<string, AgreementTerms> Agreements { get; } = [];
    public Dictionary<string, List<(string Agreement, string Plan)>> Legs { get; } = [];
    public Dictionary<(string Plan, string Country), (string Charge, decimal Price)> Prices { get; } = [];
    public Dictionary<string, (string Charge, decimal Price)> Fees { get; } = [];
    public List<string> ClosedPeriods { get; } = [];

    public static ClientFacts Read(string path)
    {
        var facts = new ClientFacts();
        foreach (var line in File.ReadLines(path)) facts.Add(line.Split('\t'));
        return facts;
    }

    void Add(string[] words)
    {
        switch (words[0])
        {
            case "agreement": Agreements[words[1]] = new(words[1], words[2], words[3], words[4], Number(words[5])); break;
            case "leg": ListOf(Legs, words[1]).Add((words[2], words[3])); break;
            case "price": Prices[(words[1], words[2])] = (words[3], Number(words[4])); break;
            case "fee": Fees[words[1]] = (words[2], Number(words[3])); break;
            case "closed": ClosedPeriods.Add(words[1]); break;
            case "send": AddSent(words); break;
            case "answer": AddAnswer(words); break;
            case "broken": break;
            default: throw new InvalidDataException($"The client's log has a line that begins with '{words[0]}'.");
        }
    }

    void AddSent(string[] words)
    {
        var key = new EventKey(words[2], words[3], words[4]);
        var contents = ListOf(Sent, key);
        var content = contents.Find(known => known.Hash == words[9]);
        if (content is null) contents.Add(content = new SentContent(words[9], words[10] == "welcome"));
        var position = sentOfRequest[words[1]] = sentOfRequest.GetValueOrDefault(words[1], -1) + 1;
        positions[(words[1], position)] = (key, content);
    }

    void AddAnswer(string[] words)
    {
        var (key, content) = positions[(words[1], int.Parse(words[2], CultureInfo.InvariantCulture))];
        if (key.Id != words[3]) throw new InvalidDataException($"Request {words[1]}, position {words[2]}: {key.Id} was sent, {words[3]} was answered.");
        content.Answers[words[4]] = content.Answers.GetValueOrDefault(words[4]) + 1;
    }

    static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    static List<TItem> ListOf<TKey, TItem>(Dictionary<TKey, List<TItem>> all, TKey key) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var list)) all[key] = list = [];
        return list;
    }
}
