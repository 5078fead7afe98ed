// An invented messaging platform: who sells to whom, who sends, what it costs. The same numbers make the same platform.
namespace OrleansBilling.LoadTests.Traffic;

/// <summary>A party. Partner: whose customer it is, or, of a sub-partner, whom it buys from.</summary>
sealed record Party(string Id, string Name, string? Partner = null);

/// <summary>A subscription: one sender of a customer. Wallet: who pays in advance.</summary>
sealed record Sender(string Id, Party Customer, string? Wallet);

sealed class Platform
{
    public const string Calendar = "monthly";
    public const string Zone = "Europe/Helsinki";
    static readonly string[] First = ["Nord", "Balt", "Aurora", "Fjord", "Sisu", "Vento", "Lumo", "Kaiku", "Tele", "Signal", "Mira", "Havn", "Polar", "Echo",
        "Linna", "Saari", "Vega", "Delta", "Orbit", "Runo", "Kompass", "Berg", "Solv", "Tuuli", "Onda"];

    static readonly string[] Second = ["Reach", "Link", "Connect", "Messaging", "Mobile", "Text", "Bridge", "Gate", "Wave", "Relay"];

    static readonly string[] Trades = ["Pharmacy", "Bakery", "Logistics", "Dental", "Taxi", "Bank", "Gym", "Hotel", "Energy", "Parcel", "Clinic", "Bookshop",
        "Airways", "Cinema", "Garage", "Insurance", "Library", "Market", "Opticians", "Veterinary"];

    static readonly string[] Towns = ["Helsinki", "Tampere", "Turku", "Oulu", "Tallinn", "Tartu", "Riga", "Vilnius", "Kaunas", "Stockholm", "Malmo", "Oslo",
        "Bergen", "Aarhus", "Gdansk", "Poznan", "Rostock", "Lubeck", "Bremen", "Utrecht"];

    /// <summary>Country, its share of traffic (per mille), networks, price wholesale and retail.</summary>
    public static readonly (string Code, int Share, string[] Networks, decimal Wholesale, decimal Retail)[] Countries =
    [
        ("FI", 340, ["24405", "24412", "24491"], 0.0420m, 0.0590m), ("EE", 140, ["24801", "24802", "24803"], 0.0510m, 0.0690m),
        ("SE", 130, ["24001", "24007", "24008"], 0.0380m, 0.0560m), ("LV", 80, ["24701", "24702"], 0.0490m, 0.0670m),
        ("LT", 70, ["24601", "24602"], 0.0330m, 0.0520m), ("NO", 70, ["24201", "24202"], 0.0450m, 0.0640m), ("DK", 50, ["23801", "23802"], 0.0290m, 0.0450m),
        ("DE", 50, ["26201", "26202", "26203"], 0.0690m, 0.0890m), ("PL", 40, ["26001", "26002"], 0.0240m, 0.0390m),
        ("NL", 30, ["20404", "20408"], 0.0730m, 0.0950m),
    ];

    Platform()
    {
    }

    public IReadOnlyList<Party> Sellers { get; } = [new("aalto-operator", "Aalto Operator Oy"), new("kuru-carrier", "Kuru Carrier OÜ")];

    /// <summary>Those without a partner buy from a seller.</summary>
    public required IReadOnlyList<Party> Partners { get; init; }

    public required IReadOnlyList<Party> Customers { get; init; }

    public required IReadOnlyList<Sender> Senders { get; init; }

    /// <summary>Wallets by the customer that owns them, with what is paid in at first.</summary>
    public required IReadOnlyDictionary<string, int> Wallets { get; init; }

    /// <summary>25 partners of which 5 are sub-partners, 400 customers, 2,000 subscriptions; or fewer.</summary>
    public static Platform Of(int partners, int customers, int subscriptions)
    {
        var names = Enumerable.Range(0, partners)
            .Select(number => $"{First[number % First.Length]}{Second[((number * 7) + (number / First.Length)) % Second.Length]}").ToArray();
        var direct = partners - (partners / 5);
        var sellers = names.Select((name, number) => new Party(name.ToLowerInvariant(), name + (number % 3 == 0 ? " Oy" : number % 3 == 1 ? " OÜ" : " AB"),
            number < direct ? null : names[number - direct].ToLowerInvariant())).ToList();
        var buyers = Enumerable.Range(0, customers).Select(number =>
        {
            var (town, trade) = (Towns[number % Towns.Length], Trades[(number / Towns.Length + number) % Trades.Length]);
            var again = number / (Towns.Length * Trades.Length) is > 0 and var round ? $" {round + 1}" : "";
            return new Party($"{town}-{trade}{again.Replace(' ', '-')}".ToLowerInvariant(), $"{town} {trade}{again}", sellers[number % partners].Id);
        }).ToList();
        // Every fourth customer has paid in advance, most of them little.
        var wallets = Enumerable.Range(0, customers).Where(number => number % 4 == 3)
            .ToDictionary(number => buyers[number].Id, number => number % 20 == 3 ? 500 : 5 + (number % 7 * 5));
        var senders = Enumerable.Range(0, subscriptions).Select(number => buyers[number % customers] is var customer
            ? new Sender($"{customer.Id}-sms-{(number / customers) + 1}", customer, wallets.ContainsKey(customer.Id) ? "cash-" + customer.Id : null)
            : throw new InvalidOperationException("Not reached.")).ToList();
        return new Platform { Partners = sellers, Customers = buyers, Senders = senders, Wallets = wallets };
    }

    /// <summary>The seller of a partner that buys from one.</summary>
    public Party SellerOf(Party partner) => Sellers[Partners.ToList().IndexOf(partner) % Sellers.Count];
}
