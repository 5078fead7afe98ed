// Usage as clients saw it against the journal: nothing acknowledged is lost, nothing counts twice, what was refused is not there.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class UsageAudit(ClientLog log, Dictionary<string, SubscriptionBook> subscriptions, Findings findings)
{
    private readonly Dictionary<int, UsageSent> requests = [];
    private readonly Dictionary<(string Subscription, SentEvent Event), Course> courses = [];

    public void Check()
    {
        foreach (var entry in log.Entries)
        {
            if (entry is UsageSent sent)
                Send(sent);
            else if (entry is UsageAnswered answered)
                Hear(answered);
        }

        foreach (var ((subscription, what), course) in courses)
            Judge(subscription, what, course);
        foreach (var (id, book) in subscriptions)
        {
            foreach (var counted in book.Events.Values.SelectMany(events => events)
                .Where(one => one.Event.Source is not ("urn:billing:hold" or "urn:billing:correction" or SubscriptionBook.RevertSource)))
                findings.Require(courses.ContainsKey((id, counted.Event)), Kind.Unasked, () => $"{id} counts {counted.Event}, which nobody sent.");
        }
    }

    private void Send(UsageSent sent)
    {
        requests[sent.Request] = sent;
        foreach (var what in sent.Events)
        {
            if (!courses.TryGetValue((sent.Subscription, what), out var course))
                courses[(sent.Subscription, what)] = course = new Course();
            course.Asked[sent.Request] = course.Firm;
            course.Unanswered.Add(sent.Request);
        }
    }

    private void Hear(UsageAnswered answered)
    {
        var sent = requests[answered.Request];
        for (var at = 0; at < sent.Events.Count; at++)
        {
            var (word, course) = (answered.Words[at], courses[(sent.Subscription, sent.Events[at])]);
            course.Unanswered.Remove(answered.Request);
            var name = $"{sent.Subscription} {sent.Events[at].Id}";
            course.Words[word] = course.Words.GetValueOrDefault(word) + 1;
            findings.Require(!word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{name} is answered {word}.");
            // Asked again after it was decided: the same answer, where accepted has become duplicate.
            if (course.Asked[answered.Request] is { } firm && word is not ("unknown" or "untaken" or "closed"))
                findings.Require(word == firm, Kind.Answer, () => $"{name} was decided as {firm} and is answered {word} now.");
            if (word == "duplicate")
                // A call that is not answered yet may have taken it before.
                findings.Require(course.MaybeTaken || course.Unanswered.Count > 0 || log.MessagesDoubled, Kind.Answer, () => $"{name} is a duplicate, but every answer so far said that it was not taken.");
            course.MaybeTaken |= word is "accepted" or "unknown" or "duplicate" || course.Unanswered.Count > 0;
            course.Firm ??= word switch { "accepted" or "duplicate" => "duplicate", "conflict" => "conflict", _ => null };
        }
    }

    private void Judge(string subscription, SentEvent what, Course course)
    {
        var stored = subscriptions[subscription].Events.GetValueOrDefault((what.Source, what.Id)) ?? [];
        var (present, told) = (stored.Exists(one => one.Event == what), string.Join(", ", course.Words.Select(word => $"{word.Key} {word.Value}x")));
        var name = $"{subscription} {what.Id}";
        var acknowledged = course.Words.ContainsKey("accepted") || course.Words.ContainsKey("duplicate");
        findings.Require(!acknowledged || present, Kind.Lost, () => $"{name} was acknowledged ({told}) and is not in the journal.");
        findings.Require(course.Words.GetValueOrDefault("accepted") <= 1, Kind.Twice, () => $"{name} was accepted more than once ({told}).");
        findings.Require(!course.Words.ContainsKey("conflict") || (!present && stored.Count > 0), Kind.Answer, () => $"{name} was a conflict ({told}), but no other content stands there.");
        // A quantity of 1001 is never to be taken; all else is never to be refused but for money.
        findings.Require(what.Quantity != 1001 || (!present && !acknowledged), Kind.Unasked, () => $"{name} has to be refused ({told}) and {(present ? "is" : "is not")} in the journal.");
        findings.Require(what.Quantity == 1001 || !course.Words.ContainsKey("refused"), Kind.Answer, () => $"{name} is good and was refused ({told}).");
    }

    private sealed class Course
    {
        public Dictionary<string, int> Words { get; } = [];
        public Dictionary<int, string?> Asked { get; } = [];
        public HashSet<int> Unanswered { get; } = [];
        public bool MaybeTaken { get; set; }
        public string? Firm { get; set; }
    }
}
