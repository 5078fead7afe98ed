// What a provider has in accounts, found by its name: "provider/id".
using OrleansBilling.Billing.Bills;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Bills;

/// <summary>Names of one provider stand together in the order of names, so a page is a range.</summary>
internal static class ProviderItems
{
    /// <summary>A page of what a provider has.</summary>
    public static async Task<PageOf<AccountItem>> Page(IAccountStore store, Page page, ItemFilter filter, string provider, CancellationToken cancel)
    {
        var first = BillNames.Of(provider, "");
        return await page.Collect<AccountItem>(async (after, limit) =>
        {
            var found = await store.Items(filter, after is null ? first : BillNames.Of(provider, after), limit, cancel);
            return [.. found.TakeWhile(item => item.Id.StartsWith(first, StringComparison.Ordinal))];
        }, item => BillNames.IdOf(item.Id));
    }

    /// <summary>One of them, or null.</summary>
    public static async Task<AccountItem?> Find(IAccountStore store, string kind, string provider, string id, CancellationToken cancel) =>
        BillNames.IsBillId(id) ? await store.Item(kind, BillNames.Of(provider, id), cancel) : null;
}
