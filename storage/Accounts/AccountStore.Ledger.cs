// The ledger: sums and rows of postings.
using System.Data.Common;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Accounts;

sealed partial class AccountStore
{
    public Task<IReadOnlyList<LedgerBalance>> TrialBalance(LedgerFilter filter, CancellationToken cancel) =>
        database.Read<IReadOnlyList<LedgerBalance>>(async connection =>
        {
            // SQLite keeps decimals as text, and would add them up in floating point.
            var sums = database.IsPostgres
                ? "select ledger, currency, sum(greatest(amount, 0)), sum(greatest(-amount, 0)) from postings{0} group by ledger, currency"
                : "select ledger, currency, amount, '0' from postings{0}";
            await using var command = Filtered(connection, filter, where =>
                sums.Replace("{0}", where.Length == 0 ? "" : " where " + where, StringComparison.Ordinal));
            var totals = new SortedDictionary<(string Currency, string Ledger), (decimal Debit, decimal Credit)>();
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var (key, debit, credit) = ((reader.GetString(1), reader.GetString(0)), reader.GetDecimal(2), reader.GetDecimal(3));
                var sum = totals.GetValueOrDefault(key);
                totals[key] = debit < 0 ? (sum.Debit, sum.Credit - debit) : (sum.Debit + debit, sum.Credit + credit);
            }
            return [.. totals.Select(total => new LedgerBalance(total.Key.Ledger, total.Key.Currency, total.Value.Debit, total.Value.Credit))];
        }, cancel);

    public Task<IReadOnlyList<StoredPosting>> Postings(LedgerFilter filter, (string Account, long Version, int Line)? after, int limit,
        CancellationToken cancel) => database.Read(async connection =>
        {
            await using var command = Filtered(connection, filter, where => $"""
                select p.account, p.version, p.line, p.ledger, p.amount, p.currency, p.recorded_at, f.kind, f.fact_id
                from postings p join account_facts f on f.account = p.account and f.version = p.version
                where (p.account, p.version, p.line) > (@account, @version, @line){(where.Length == 0 ? "" : " and p." + where)}
                order by p.account, p.version, p.line limit @limit
                """);
            command.With("account", after?.Account ?? "").With("version", after?.Version ?? 0L).With("line", after?.Line ?? 0)
                .With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(reader => new StoredPosting(reader.GetString(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetString(3),
                reader.GetDecimal(4), reader.GetString(5), reader.Moment(6), reader.GetString(7), reader.GetString(8)), cancel);
        }, cancel);

    public Task<IReadOnlyList<ReceivableRow>> Receivables(LedgerFilter filter, string? afterNumber, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            // The words are those of the partial index.
            await using var command = connection.Sql($"""
                select number, seller, buyer, currency, due_date, outstanding from documents
                where status in ('issued', 'partially_paid') and kind in ('invoice', 'opening_balance') and number > @after
                    {(filter.Seller is null ? "" : "and seller = @seller")} {(filter.Buyer is null ? "" : "and buyer = @buyer")}
                order by number limit @limit
                """).With("after", afterNumber ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            if (filter.Seller is not null) command.With("seller", filter.Seller);
            if (filter.Buyer is not null) command.With("buyer", filter.Buyer);
            return await command.List(reader => new ReceivableRow(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.Date(4), reader.GetDecimal(5)), cancel);
        }, cancel);

    // Only fixed conditions are put together; every value is a parameter.
    static DbCommand Filtered(DbConnection connection, LedgerFilter filter, Func<string, string> text)
    {
        var command = connection.CreateCommand();
        var accounts = new List<string>();
        if (filter.Seller is { } seller)
        {
            accounts.Add("seller = @seller");
            command.With("seller", seller);
        }
        if (filter.Buyer is { } buyer)
        {
            accounts.Add("buyer = @buyer");
            command.With("buyer", buyer);
        }
        command.CommandText = text(accounts.Count == 0 ? "" : $"account in (select id from accounts where {string.Join(" and ", accounts)})");
        return command;
    }
}
