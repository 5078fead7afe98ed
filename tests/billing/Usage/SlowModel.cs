// A second, slow and obvious biller of History's terms, written without any product code: it must agree with the fast one.
using NodaTime;

namespace OrleansBilling.BillingTests.Usage;

internal sealed class SlowModel
{
    private static readonly DateTimeZone Helsinki = DateTimeZoneProviders.Tzdb["Europe/Helsinki"];
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];
    private readonly Dictionary<(string Source, string Id), string> bodies = [];

    /// <summary>By "agreement charge.version period".</summary>
    public SortedDictionary<string, (int Count, decimal Quantity, decimal Amount)> Totals { get; } = new(StringComparer.Ordinal);

    public string Decide(TestEvent one, Instant now)
    {
        var body = $"{one.Time.ToUnixTimeTicks()} {one.Quantity} {one.Meter} {string.Join(',', one.Dimensions.Split(',').Order(StringComparer.Ordinal))}";
        if (bodies.TryGetValue((one.Source, one.Id), out var known))
            return known == body ? "Duplicate" : "Conflict";
        if (one.Time < now - Duration.FromHours(34 * 24))
            return "TooLate";
        if (one.Time > now + Duration.FromSeconds(300))
            return "InTheFuture";
        if (one.Time < Instant.FromUtc(2025, 2, 10, 5, 0) || one.Time >= Instant.FromUtc(2025, 7, 20, 5, 0))
            return "SubscriptionNotActive";
        if (one.Meter is not ("sms" or "call" or "free"))
            return "UnknownMeter";
        var quantity = one.Meter == "call" ? 1 : one.Quantity;
        if (Wholesale(one) is not { } wholesale || Retail(one) is not { } retail)
            return "NoPrice";
        Add($"wholesale {wholesale} {Label(one.Time.InZone(Helsinki).Date, 1)}", quantity,
            WholesaleAmount(wholesale, Label(one.Time.InZone(Helsinki).Date, 1), quantity));
        Add($"retail {retail} {Label(one.Time.InZone(NewYork).Date, 25)}", quantity,
            quantity * retail switch { "sms.1" => 0.09m, "net.1" => 0.08m, _ => 1.5m });
        bodies[(one.Source, one.Id)] = body;
        return "Accepted";
    }

    private static string? Wholesale(TestEvent one)
    {
        var version = one.Time.InZone(Helsinki).Date >= new LocalDate(2025, 5, 15) ? 2 : 1;
        return one.Meter switch
        {
            "free" => null,
            "call" => $"call.{version}",
            _ when version == 1 && Has(one, "country=FI") && Has(one, "net=1") => "fi1.1",
            _ when Has(one, "country=FI") => $"fi.{version}",
            _ => $"sms.{version}",
        };
    }

    private static string? Retail(TestEvent one) => one.Meter switch
    {
        "sms" => Has(one, "net=1") ? "net.1" : "sms.1",
        "call" when Has(one, "country=FI") => "call.1",
        _ => null,
    };

    private decimal WholesaleAmount(string charge, string period, decimal quantity)
    {
        var used = Quantity($"wholesale sms.1 {period}") + Quantity($"wholesale sms.2 {period}");
        return charge switch
        {
            "fi1.1" => quantity * 0.02m,
            "fi.1" => quantity * 0.03m,
            "fi.2" => quantity * 0.031m,
            "call.1" => quantity * 0.1m,
            "call.2" => quantity * 0.00012m,
            "sms.1" => Math.Max(0, Math.Min(quantity, used + quantity - 20)) * 0.045m,
            _ => (Math.Max(0, Math.Min(quantity, 30 - used)) * 0.05m) + (Math.Max(0, Math.Min(quantity, used + quantity - 30)) * 0.07m),
        };
    }

    private static bool Has(TestEvent one, string dimension) => one.Dimensions.Split(',').Contains(dimension);

    private static string Label(LocalDate day, int anchor)
    {
        var month = anchor > 1 && day.Day >= anchor ? day.PlusMonths(1) : day;
        return $"{month.Year}-{month.Month:00}";
    }

    private decimal Quantity(string key) => Totals.TryGetValue(key, out var total) ? total.Quantity : 0;

    private void Add(string key, decimal quantity, decimal amount)
    {
        var total = Totals.GetValueOrDefault(key);
        Totals[key] = (total.Count + 1, total.Quantity + quantity, total.Amount + amount);
    }
}
