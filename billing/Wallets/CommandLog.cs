// Commands that a wallet has carried out, by reference: the newest ones, exactly.
namespace OrleansBilling.Billing.Wallets;

/// <summary>Keeps the newest <see cref="Limits.WalletCommandsMax"/>; a reference is told from those of other wallets by whom it came from.</summary>
internal sealed class CommandLog
{
    private readonly Dictionary<(string From, string Reference), CommandBody> bodies = [];
    private readonly Queue<(string From, string Reference)> order = new();

    /// <summary>Oldest first.</summary>
    public IEnumerable<((string From, string Reference) Key, CommandBody Body)> All => order.Select(key => (key, bodies[key]));

    /// <summary>How many are known.</summary>
    public int Count => order.Count;

    /// <summary>What the command with this reference said, or null.</summary>
    public CommandBody? Find(string from, string reference) => bodies.TryGetValue((from, reference), out var body) ? body : null;

    /// <summary>Remembers one.</summary>
    public void Add((string From, string Reference) key, CommandBody body)
    {
        WalletState.Fits(bodies.TryAdd(key, body), "a reference is used twice");
        order.Enqueue(key);
        if (order.Count > Limits.WalletCommandsMax) bodies.Remove(order.Dequeue());
    }
}
