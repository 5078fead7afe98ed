// Webhooks in two tables; kinds are kept between blanks, so that one is found as a whole.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Notifications;

sealed class WebhookStore(Database database) : IWebhookStore
{
    const string Columns = "w.id, w.party, w.url, w.kinds, w.secret, w.disabled, w.created_at";
    const string Sent = "n.number, n.key, n.at, n.kind, n.party, n.body, d.status, d.attempts, d.first_at, d.next_at, d.claimed_until, d.answer, d.done_at";

    /// <summary>Queues a notification that was just added, in its transaction.</summary>
    public static async Task Queue(DbConnection connection, NewNotification told, CancellationToken cancel)
    {
        await using var command = connection.Sql("""
            insert into webhook_deliveries (webhook, number, status, attempts, next_at)
            select w.id, n.number, 'pending', 0, n.at from notifications n join webhooks w on w.party is null or w.party = n.party or w.party = n.above
            where n.key = @key and w.disabled = 0 and (w.kinds = '' or replace(w.kinds, @kind, '') <> w.kinds)
            """).With("key", told.Key).With("kind", $" {told.Kind} ");
        await command.ExecuteNonQueryAsync(cancel);
    }

    public Task<WebhookPut> Put(WebhookRow webhook, int ofPartyMax, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var update = connection.Sql("""
            update webhooks set party = @party, url = @url, kinds = @kinds, secret = coalesce(@secret, secret), disabled = @disabled where id = @id
            """);
        if (await Members(update, webhook).ExecuteNonQueryAsync(cancel) == 1) return WebhookPut.Replaced;
        await using var count = connection.Sql($"select count(*) from webhooks where party {(webhook.Party is null ? "is null" : "= @party")}");
        if (webhook.Party is not null) count.With("party", webhook.Party);
        if (await count.Number(cancel) >= ofPartyMax) return WebhookPut.TooMany;
        await using var insert = connection.Sql("""
            insert into webhooks (id, party, url, kinds, secret, disabled, created_at) values (@id, @party, @url, @kinds, @secret, @disabled, @at)
            """);
        await Members(insert, webhook).With("at", webhook.CreatedAt).ExecuteNonQueryAsync(cancel);
        return WebhookPut.Created;
    }, cancel);

    public Task<WebhookRow?> Get(string id, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from webhooks w where w.id = @id").With("id", id);
        return await command.First(reader => Webhook(reader, 0), cancel);
    }, cancel);

    public Task<IReadOnlyList<WebhookRow>> List(string? party, string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql(
            $"select {Columns} from webhooks w where w.id > @after{(party is null ? "" : " and w.party = @party")} order by w.id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        if (party is not null) command.With("party", party);
        return await command.List(reader => Webhook(reader, 0), cancel);
    }, cancel);

    public Task<bool> Delete(string id, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var sent = connection.Sql("delete from webhook_deliveries where webhook = @id").With("id", id);
        await sent.ExecuteNonQueryAsync(cancel);
        await using var command = connection.Sql("delete from webhooks where id = @id").With("id", id);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    public Task Disable(string id, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update webhooks set disabled = 1 where id = @id").With("id", id);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<IReadOnlyList<string>> Pending(string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("""
            select id from webhooks where disabled = 0 and id > @after
                and exists (select 1 from webhook_deliveries where webhook = id and status = 'pending') order by id limit @limit
            """).With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(reader => reader.GetString(0), cancel);
    }, cancel);

    public Task<WebhookMessage?> Head(string webhook, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"""
            select {Sent}, {Columns} from webhook_deliveries d join notifications n on n.number = d.number join webhooks w on w.id = d.webhook
            where d.webhook = @webhook and d.status = 'pending' and w.disabled = 0 order by d.number limit 1
            """).With("webhook", webhook);
        return await command.First(reader => new WebhookMessage(Webhook(reader, 13), Delivery(reader)), cancel);
    }, cancel);

    public Task<bool> Claim(string webhook, long number, Instant now, Instant until, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            update webhook_deliveries set attempts = attempts + 1, first_at = coalesce(first_at, @now), claimed_until = @until
            where webhook = @webhook and number = @number and status = 'pending' and (claimed_until is null or claimed_until <= @now)
            """).With("webhook", webhook).With("number", number).With("now", now).With("until", until);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    public Task Record(string webhook, long number, string answer, Instant? next, string? done, Instant now, CancellationToken cancel) =>
        database.Write(async connection =>
        {
            await using var command = connection.Sql("""
                update webhook_deliveries set answer = @answer, claimed_until = null, next_at = coalesce(@next, next_at), status = coalesce(@done, status),
                    done_at = @done_at
                where webhook = @webhook and number = @number and status = 'pending'
                """).With("webhook", webhook).With("number", number).With("answer", answer).With("next", next).With("done", done)
                .With("done_at", done is null ? (Instant?)null : now);
            await command.ExecuteNonQueryAsync(cancel);
        }, cancel);

    public Task<IReadOnlyList<WebhookDelivery>> Deliveries(string webhook, long before, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"""
                select {Sent} from webhook_deliveries d join notifications n on n.number = d.number
                where d.webhook = @webhook and d.number < @before order by d.number desc limit @limit
                """).With("webhook", webhook).With("before", before).With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(Delivery, cancel);
        }, cancel);

    public Task<int> Purge(Instant before, int limit, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            delete from webhook_deliveries where (webhook, number) in
                (select webhook, number from webhook_deliveries where done_at is not null and done_at < @before limit @limit)
            """).With("before", before).With("limit", limit);
        return await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static DbCommand Members(DbCommand command, WebhookRow webhook) => command.With("id", webhook.Id).With("party", webhook.Party).With("url", webhook.Url)
        .With("kinds", webhook.Kinds.Count == 0 ? "" : $" {string.Join("  ", webhook.Kinds)} ").With("secret", webhook.Secret)
        .With("disabled", webhook.IsDisabled ? 1 : 0);

    static WebhookRow Webhook(DbDataReader reader, int at) => new(reader.GetString(at), reader.Text(at + 1), reader.GetString(at + 2),
        reader.GetString(at + 3).Split(' ', StringSplitOptions.RemoveEmptyEntries), reader.GetString(at + 4), reader.GetInt32(at + 5) != 0,
        reader.Moment(at + 6));

    static WebhookDelivery Delivery(DbDataReader reader) => new(NotificationStore.Read(reader), reader.GetString(6), reader.GetInt32(7),
        reader.MomentOrNull(8), reader.Moment(9), reader.MomentOrNull(10), reader.Text(11), reader.MomentOrNull(12));
}
