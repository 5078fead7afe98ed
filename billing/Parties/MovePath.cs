// What a move changes above a party, and between whom its legs run then.
namespace OrleansBilling.Billing.Parties;

/// <summary>Both lists from below, without the partners that are above it before and after.</summary>
/// <param name="Left">Partners that are above it no more.</param>
/// <param name="Joined">Partners that are above it from then on.</param>
public sealed record MovePath(IReadOnlyList<string> Left, IReadOnlyList<string> Joined)
{
    /// <summary>From the partners above it before and after, both from below.</summary>
    public static MovePath Between(IReadOnlyList<string> before, IReadOnlyList<string> after) => new([.. before.Except(after)], [.. after.Except(before)]);

    /// <summary>Whether a leg ends with the move: one of its two is left.</summary>
    public bool Ends(string seller, string buyer) => Left.Contains(seller) || Left.Contains(buyer);

    /// <summary>Level for level, who sells and who buys instead; null: there are not as many levels as before, so a plan for each is not known.</summary>
    public (string Seller, string Buyer)? Instead(string seller, string buyer) => Left.Count == Joined.Count ? (Instead(seller), Instead(buyer)) : null;

    private string Instead(string party)
    {
        for (var level = 0; level < Left.Count; level++)
        {
            if (Left[level] == party)
                return Joined[level];
        }

        return party;
    }
}
