// One connection: gathers a batch, writes it down, sends it, writes down what came back, sends again what was not acknowledged.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrleansBilling.Crash.Tests.Client;

/// <param name="streamed">Asks for the answer line by line: then part of a batch may be acknowledged before the server dies.</param>
sealed class Connection(Load load, EventMaker maker, Uri address, bool streamed)
{
    const int AgainMax = 300;
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);
    // Longer than any pause that a test makes: what a stopped server answers afterwards has to be true as well.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task Run(CancellationToken end)
    {
        using var http = Api.NewHttp(address, Patience);
        while (!end.IsCancellationRequested)
        {
            var batch = Gather();
            if (batch.Count == 0 || !await Send(http, batch, end))
                await Task.Delay(Breath, end).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    List<UsageEvent> Gather()
    {
        var batch = new List<UsageEvent>();
        while (batch.Count < AgainMax && load.TryTakeAgain(out var one)) batch.Add(one);
        for (var left = load.Generating ? maker.Between(1, 150) : 0; left > 0; left--)
        {
            var one = maker.New(load.Window);
            load.Opened(one);
            batch.Add(one);
            if (maker.Chance(2)) batch.Add(one);
            if (maker.Chance(2)) load.SendAgain(one);
            if (maker.Chance(1)) batch.Add(maker.Unwelcome(load.Window));
            if (maker.Chance(4) && load.AnAcknowledged(maker) is { } known) batch.Add(maker.Chance(30) ? EventMaker.Forged(known) : known);
        }
        return batch;
    }

    async Task<bool> Send(HttpClient http, List<UsageEvent> batch, CancellationToken end)
    {
        var number = load.Log.Send(batch);
        var sentAt = Stopwatch.GetTimestamp();
        var answers = new List<(int Position, string Id, string Status)>(batch.Count);
        var taken = false;
        try
        {
            taken = await Exchange(http, batch, answers, sentAt, end);
        }
        catch (Exception fault) when (BrokenOff.Is(fault))
        {
            if (!end.IsCancellationRequested) load.BrokeOff();
            load.Log.Broken(number, fault.Message);
        }
        load.Log.Answered(number, answers);
        Sort(batch, answers, sentAt);
        return taken;
    }

    async Task<bool> Exchange(HttpClient http, List<UsageEvent> batch, List<(int, string, string)> answers, long sentAt, CancellationToken end)
    {
        var body = new StringBuilder();
        foreach (var one in batch) body.Append(one.Line).Append('\n');
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events?results=all") { Content = new StringContent(body.ToString(), Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(streamed ? "application/x-ndjson" : "application/json"));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        await using var content = await answer.Content.ReadAsStreamAsync(end);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
        {
            load.Surprises.Enqueue($"{(int)answer.StatusCode} {await new StreamReader(content).ReadToEndAsync(end)}");
            return false;
        }
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            load.NotNow(Stopwatch.GetElapsedTime(sentAt));
            if (answer.Headers.RetryAfter is null) load.Surprises.Enqueue("503 that does not say when to come again.");
        }
        if (answer.Content.Headers.ContentType?.MediaType == "application/x-ndjson") await ReadLines(content, answers, end);
        else await ReadWhole(content, answers, end);
        if (answer.StatusCode == HttpStatusCode.OK) load.Took(sentAt);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    static async Task ReadWhole(Stream content, List<(int, string, string)> answers, CancellationToken end)
    {
        using var parsed = await JsonDocument.ParseAsync(content, cancellationToken: end);
        if (!parsed.RootElement.TryGetProperty("results", out var results)) return;
        foreach (var result in results.EnumerateArray()) Add(answers, result);
    }

    static async Task ReadLines(Stream content, List<(int, string, string)> answers, CancellationToken end)
    {
        using var lines = new StreamReader(content);
        while (await lines.ReadLineAsync(end) is { Length: > 0 } line)
        {
            using var parsed = JsonDocument.Parse(line);
            Add(answers, parsed.RootElement);
        }
    }

    static void Add(List<(int, string, string)> answers, JsonElement result) =>
        answers.Add((answers.Count, result.GetProperty("id").GetString()!, result.GetProperty("status").GetString()!));

    // Answers come in the order of the events; a position without an answer is as unknown as one that says so.
    void Sort(List<UsageEvent> batch, List<(int Position, string Id, string Status)> answers, long sentAt)
    {
        for (var position = 0; position < batch.Count; position++)
        {
            var one = batch[position];
            var status = position < answers.Count ? answers[position].Status : "unknown";
            if (position < answers.Count && answers[position].Id != one.Key.Id)
                load.Surprises.Enqueue($"The answer at position {position} is for {answers[position].Id}, not for {one.Key.Id}.");
            if (!one.Welcome) continue;
            if (status is "accepted" or "duplicate") load.Acknowledge(one, sentAt);
            else if (status == "unknown") load.SendAgain(one);
            else load.Surprises.Enqueue($"{one.Key} was answered {status}.");
        }
    }
}
