// Carries a price correction out on every subscription that it concerns, and adds up what it has come to.
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Corrections;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.PriceCorrections;

namespace OrleansBilling.ClientApi.PriceCorrections;

/// <summary>
/// Every step can be repeated: a subscription goes on behind the rows that are done, and leaves alone what was corrected. A row of due work stands until
/// all are done, so it goes on although nobody asks again.
/// </summary>
public sealed partial class PriceCorrecting(IPriceCorrectionStore store, IDueWorkStore due, IDefinitionStore definitions, IGrainFactory grains,
    KnownFacts facts, BillingClock clock, ILogger<PriceCorrecting> log)
{
    /// <summary>Kind of the due work.</summary>
    public const string DueKind = "prices";

    private const int PageSize = 256;

    /// <summary>Works on it for a while; what is left is due work.</summary>
    public async Task Begin(PriceCorrectionRow row, CancellationToken cancel)
    {
        if (row.State == PriceCorrectionStates.Done)
            return;
        // A lease: due once a request that still lives has most likely ended. Another request moves it on, and only what it saw is removed.
        var work = new DueWork(clock.Now + Duration.FromTimeSpan(Limits.DueLease), Identifiers.PriceCorrection(row.Id), DueKind);
        await due.SetDue(work, cancel);
        if (await GoOn(row.Id, Limits.RepricePatience, cancel))
            await due.ClearDue(work, cancel);
    }

    /// <summary>What due work does. False: something is left, the row stays.</summary>
    public Task<bool> GoOn(string id, CancellationToken cancel) => GoOn(id, Limits.GrainCallTimeout, cancel);

    /// <summary>As told to whoever made it.</summary>
    public async Task<PriceCorrectionShape> Shape(PriceCorrectionRow row, CancellationToken cancel)
    {
        var body = Definitions.Stored<PriceCorrectionBody>(row.Body);
        var (count, done, corrected, notPriced) = (0, 0, 0, 0);
        var (stopped, effects) = (new List<string>(), new Dictionary<(string Agreement, string Plan, string Period, bool Late), decimal>());
        IReadOnlyList<PriceResult>? results = null;
        await foreach (var part in Parts(row.Id, open: false, cancel))
        {
            (count, done) = (count + 1, done + (part.IsDone ? 1 : 0));
            if (part.Report.Length == 0)
                continue;
            var report = Definitions.Stored<PartReport>(part.Report);
            (corrected, notPriced) = (corrected + report.Corrected, notPriced + report.NotPriced);
            if (report.IsFull && stopped.Count < Limits.PageMax)
                stopped.Add(part.Subscription);
            foreach (var effect in report.Effects)
            {
                var key = (effect.Agreement, effect.Plan, effect.Period, effect.Late);
                effects[key] = effects.GetValueOrDefault(key) + effect.Amount;
            }

            if (body.Prices is { } prices && report.Outcomes is { } outcomes)
                results = [.. prices.Zip(outcomes, (price, outcome) => new PriceResult(price.Event.Source, price.Event.Id, price.Agreement, Word(outcome)))];
        }

        var amounts = new List<EffectAmount>();
        foreach (var (key, amount) in effects.OrderBy(one => one.Key.Agreement, StringComparer.Ordinal).ThenBy(one => one.Key.Period, StringComparer.Ordinal))
        {
            var currency = await facts.CurrencyOf(key.Plan, cancel);
            amounts.Add(new EffectAmount(key.Agreement, key.Period, CorrectionDispatcher.Carrier(key.Late),
                new ExactMoney(AmountText.Exact(amount, currency), currency)));
        }

        return new PriceCorrectionShape(row.Id, body.Reason, Word(row.State), row.CreatedAt, count, done, corrected, notPriced, stopped, amounts, results);
    }

    /// <summary>The state as told.</summary>
    public static string Word(string state) => state == PriceCorrectionStates.Done ? "done" : "running";

    private static string Word(int outcome) => (CorrectionOutcome)outcome switch
    {
        CorrectionOutcome.Done => "corrected",
        CorrectionOutcome.Unchanged => "unchanged",
        CorrectionOutcome.UnknownEvent => "unknown_event",
        CorrectionOutcome.OtherTime => "other_time",
        CorrectionOutcome.TooLate => "too_late",
        CorrectionOutcome.AlreadyRetracted => "already_retracted",
        CorrectionOutcome.Conflict => "conflict",
        _ => "refused",
    };

    private async Task<bool> GoOn(string id, TimeSpan patience, CancellationToken cancel)
    {
        if (await store.Get(id, cancel) is not { } row || row.State == PriceCorrectionStates.Done)
            return true;
        var body = Definitions.Stored<PriceCorrectionBody>(row.Body);
        if (row.State == PriceCorrectionStates.Open)
            await Collect(body, cancel);
        var began = Stopwatch.GetTimestamp();
        var done = true;
        await foreach (var some in Chunks(Parts(id, open: true, cancel)))
        {
            done &= (await Task.WhenAll(some.Select(part => Finish(body, part, began, patience, cancel)))).All(one => one);
            if (Stopwatch.GetElapsedTime(began) > patience)
                break;
        }

        if (done && (await store.Parts(id, open: true, null, 1, cancel)).Count == 0)
        {
            await store.Move(id, PriceCorrectionStates.Done, cancel);
            return true;
        }

        return false;
    }

    private async Task Collect(PriceCorrectionBody body, CancellationToken cancel)
    {
        if (body.Subscription is { } only)
            await store.Join(body.Id, [only], cancel);
        string? after = null;
        while (body is { Subscription: null, Window: { } window })
        {
            var legs = await definitions.Legs(window.Agreement, window.To, window.From, after, PageSize, cancel);
            var subscriptions = legs.Select(leg => leg.Subscription).Distinct().ToList();
            await store.Join(body.Id, subscriptions, cancel);
            if (subscriptions.Count < PageSize)
                break;
            after = subscriptions[^1];
        }

        await store.Move(body.Id, PriceCorrectionStates.Running, cancel);
    }

    // One that cannot be reached now holds up no other.
    private async Task<bool> Finish(PriceCorrectionBody body, PriceCorrectionPart part, long began, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            while (!part.IsDone)
            {
                if (await Slice(body, part, cancel) is not { } next)
                    return false;
                await store.Report(body.Id, part = next, cancel);
                if (!part.IsDone && Stopwatch.GetElapsedTime(began) > patience)
                    return false;
            }

            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            NotCorrected(log, fault, body.Id, part.Subscription);
            return false;
        }
    }

    private async Task<PriceCorrectionPart?> Slice(PriceCorrectionBody body, PriceCorrectionPart part, CancellationToken cancel)
    {
        var grain = grains.GetGrain<ISubscriptionPriceCorrections>(part.Subscription);
        var command = PriceCorrectionReading.Command(body, part.After);
        var answer = await grain.Reprice(command, cancel);
        // Lost to another activation: the next one decides on what the other one wrote.
        if (answer.State == BatchState.Moved)
            answer = await grain.Reprice(command, cancel);
        if (answer.State != BatchState.Decided)
            return null;
        var before = part.Report.Length == 0 ? 0 : Definitions.Stored<PartReport>(part.Report).NotPriced;
        var report = new PartReport(answer.Corrected, before + answer.NotPriced, answer.IsFull,
            [.. answer.Effects.Select(effect => new PartEffect(effect.Agreement, effect.Plan, effect.Period, effect.Late, effect.Amount))],
            body.Prices is null ? null : [.. answer.Outcomes.Select(outcome => (int)outcome)]);
        return new PriceCorrectionPart(part.Subscription, answer.Done, Math.Max(part.After, answer.After), Definitions.Write(report));
    }

    private async IAsyncEnumerable<PriceCorrectionPart> Parts(string id, bool open,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        while (await store.Parts(id, open, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var part in page)
                yield return part;
            after = page[^1].Subscription;
        }
    }

    private static async IAsyncEnumerable<List<PriceCorrectionPart>> Chunks(IAsyncEnumerable<PriceCorrectionPart> parts)
    {
        var some = new List<PriceCorrectionPart>();
        await foreach (var part in parts)
        {
            some.Add(part);
            if (some.Count < Limits.RepriceFanOut)
                continue;
            yield return some;
            some = [];
        }

        if (some.Count > 0)
            yield return some;
    }

    [LoggerMessage(1431, LogLevel.Warning, "Price correction {Correction} could not be carried out on subscription {Subscription}: it is tried again")]
    private static partial void NotCorrected(ILogger log, Exception fault, string correction, string subscription);
}
