// Slices as children draw them: through two activations of one wallet, out of wallets that lie inside one another, and back by recall.
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.Silo.Tests;

public sealed class WalletSlicesOnSqlite(TwinHostsOnSqlite hosts) : WalletSlices(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class WalletSlicesOnPostgres(TwinHostsOnPostgres hosts) : WalletSlices(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class WalletSlices(TwinHosts hosts)
{
    static int made;
    readonly string name = $"w{Interlocked.Increment(ref made)}";

    [Fact]
    public async Task the_same_slice_asked_of_two_activations_is_one_slice()
    {
        await Define("outer", "20");
        for (var number = 1; number <= 10; number++)
        {
            var answers = await Task.WhenAll(Draw(0, "outer", "a", number, 1), Draw(1, "outer", "a", number, 1), Draw(0, "outer", "a", number, 1));
            answers.Select(answer => answer.Amount).Distinct().ShouldHaveSingleItem().ShouldBeGreaterThanOrEqualTo(1);
        }

        foreach (var host in new[] { 0, 1 })
        {
            var balance = await Balance(host, "outer");
            (balance.Available + balance.Held).ShouldBe(20);
        }
    }

    [Fact]
    public async Task children_of_both_activations_get_all_that_is_there_and_no_more()
    {
        await Define("outer", "20");
        var drawn = await Task.WhenAll(Enumerable.Range(0, 8).Select(async child =>
        {
            var sum = 0m;
            for (var number = 1; ; number++)
            {
                var answer = await Draw(child % 2, "outer", $"c{child}", number, 0.5m);
                if (answer.State == DrawState.Short) return sum;
                sum += answer.Amount;
                // What it has it spends: nothing comes back.
                await Settle(child % 2, "outer", $"c{child}", number, sum, spent: sum, returned: 0);
            }
        }));
        drawn.Sum().ShouldBeInRange(19.5m, 20m);
        (await Balance(0, "outer")).Available.ShouldBe(20 - drawn.Sum());
    }

    [Fact]
    public async Task a_refusal_names_the_level_that_has_too_little()
    {
        await Define("outer", "1");
        await Define("inner", "0", limit: "5", parent: "outer");
        var above = await Draw(0, "inner", "a", 1, 2);
        (above.State, above.LimitingLevel, above.LimitingWallet).ShouldBe((DrawState.Short, $"partner:{name}-p", $"{name}-outer"));
        var own = await Draw(0, "inner", "a", 1, 6);
        (own.State, own.LimitingLevel, own.LimitingWallet).ShouldBe((DrawState.Short, $"customer:{name}-c", $"{name}-inner"));
        (await Draw(0, "inner", "a", 1, 1)).Amount.ShouldBe(1);
        ((await Draw(0, "none", "a", 1, 1)).State).ShouldBe(DrawState.Missing);
    }

    [Fact]
    public async Task what_one_inner_wallet_does_not_need_comes_back_for_the_other()
    {
        await Define("outer", "10");
        await Define("one", "0", limit: "100", parent: "outer");
        await Define("two", "0", limit: "100", parent: "outer");
        var first = await Draw(0, "one", "a", 1, 8);
        first.Amount.ShouldBeGreaterThanOrEqualTo(8);
        await Settle(0, "one", "a", 1, first.Amount, spent: 3, returned: first.Amount - 3);
        // One holds 5 and more that nobody needs; two asks for all that there is.
        (await Draw(0, "two", "b", 1, 7)).Amount.ShouldBe(7);
        (await Draw(0, "two", "b", 2, 0.01m)).LimitingWallet.ShouldBe($"{name}-outer");
        var outer = await Balance(0, "outer");
        (outer.Posted, outer.Held, outer.Available).ShouldBe((7m, 7m, 0m));
        // The same through the other host, which reads it from the journal.
        (await Balance(1, "two")).Held.ShouldBe(7);
    }

    [Fact]
    public async Task a_child_that_does_not_answer_a_recall_holds_nobody_up()
    {
        await Define("outer", "10");
        (await Draw(0, "outer", "silent", 1, 8)).Amount.ShouldBe(8);
        (await Draw(0, "outer", "other", 1, 5)).State.ShouldBe(DrawState.Short);
        await Settle(0, "outer", "silent", 1, 8, spent: 1, returned: 7);
        // Exactly what is wanted, although there is room for a share: the last cent stays usable.
        (await Draw(0, "outer", "other", 1, 0.05m)).Amount.ShouldBe(0.05m);
        (await hosts.First.Post($"/v1/wallets/{name}-outer/top_up", new { amount = "7.05", reference = "more" })).Json.Amount("available").ShouldBe("16.00");
        (await Draw(0, "outer", "other", 2, 0.05m)).Amount.ShouldBe(0.8m);
    }

    [Fact]
    public async Task a_child_that_says_what_cannot_be_changes_nothing()
    {
        await Define("outer", "10");
        (await Draw(0, "outer", "a", 1, 2)).Amount.ShouldBe(2);
        await Should.ThrowAsync<Exception>(() => Settle(0, "outer", "a", 1, 2, spent: 3, returned: 0));
        await Should.ThrowAsync<Exception>(() => Grain(0, "outer").Draw(Command("a", 5, 1)));
        (await Balance(0, "outer")).Available.ShouldBe(8);
    }

    async Task Define(string wallet, string posted, string limit = "0", string? parent = null)
    {
        await hosts.First.Put($"/v1/partners/{name}-p", new { name = "p", country = "FI", currency = "EUR" });
        await hosts.First.Put($"/v1/customers/{name}-c", new { name = "c", partner = $"{name}-p", kind = "organization" });
        await hosts.First.Put($"/v1/wallets/{name}-{wallet}", parent is null
            ? new { owner = $"{name}-p", currency = "EUR", credit_limit = limit, parent = (string?)null }
            : new { owner = $"{name}-c", currency = "EUR", credit_limit = limit, parent = (string?)$"{name}-{parent}" });
        if (posted != "0") await hosts.First.Post($"/v1/wallets/{name}-{wallet}/top_up", new { amount = posted, reference = "first" });
    }

    // What a child does: an undecided draw is asked again under its number.
    async Task<DrawAnswer> Draw(int host, string wallet, string child, long number, decimal needed)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var answer = await Grain(host, wallet).Draw(Command(child, number, needed));
            if (answer.State != DrawState.Unavailable) return answer;
        }

        throw new InvalidOperationException("A slice was still undecided after 200 attempts.");
    }

    async Task Settle(int host, string wallet, string child, long number, decimal received, decimal spent, decimal returned)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Grain(host, wallet).Settle(new SliceReport
                {
                    Child = Identifiers.SubscriptionChild(child), Wallet = $"{name}-{wallet}", Number = number, Received = received, Returned = returned,
                    Spent = spent, Held = 0, Forced = 0,
                });
                return;
            }
            catch (WalletUnavailableException) when (attempt < 200)
            {
                // Told again until it is taken.
            }
        }
    }

    async Task<WalletBalance> Balance(int host, string wallet)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await Grain(host, wallet).Balance(true, CancellationToken.None);
            }
            catch (WalletUnavailableException) when (attempt < 200)
            {
                // The other activation has written: the next one has read it.
            }
        }
    }

    IWalletGrain Grain(int host, string wallet) => hosts.Grains(host).GetGrain<IWalletGrain>($"{name}-{wallet}");

    static DrawCommand Command(string child, long number, decimal needed) =>
        new() { Child = Identifiers.SubscriptionChild(child), Number = number, Needed = needed, Wanted = needed };
}
