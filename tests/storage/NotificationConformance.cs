// What the store promises to notifications and usage alerts: once per key, newest first, a party's subtree.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Storage.Tests;

public sealed class NotificationsOnPostgres(PostgresPlace place) : NotificationConformance(place), IClassFixture<PostgresPlace>;

public sealed class NotificationsOnSqlite(SqlitePlace place) : NotificationConformance(place), IClassFixture<SqlitePlace>;

public abstract class NotificationConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 5, 12, 9, 0);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string prefix = $"n{place.NewStream()}-";

    INotificationStore Told => place.Store.Notifications;
    IUsageAlertStore Alerts => place.Store.UsageAlerts;

    [Fact]
    public async Task what_is_told_under_a_key_is_told_once_and_stays_as_it_was_first()
    {
        await Told.Add([New("k", "p", "{\"n\":1}"), New("l", "p", "{}")], cancel);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Told.Add([New("k", "p", $"{{\"n\":{n + 2}}}")], cancel)));
        var stands = (await Told.Get(prefix + "k", cancel)).ShouldNotBeNull();
        (stands.At, stands.Kind, stands.Party, stands.Body).ShouldBe((Now, "kind", prefix + "p", "{\"n\":1}"));
        (await Told.List(prefix + "p", null, 10, cancel)).Select(one => one.Key).ShouldBe([prefix + "l", prefix + "k"]);
        (await Told.Get(prefix + "none", cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task a_partner_has_its_own_and_its_customers_newest_first_page_by_page()
    {
        await Party(DefinitionKinds.Partner, "p", null);
        await Party(DefinitionKinds.Customer, "c", prefix + "p");
        foreach (var (key, party) in new[] { ("1", "p"), ("2", "c"), ("3", "other"), ("4", "p") }) await Told.Add([New(key, party, "{}")], cancel);
        var all = await Told.List(prefix + "p", null, 10, cancel);
        all.Select(one => one.Key[prefix.Length..]).ShouldBe(["4", "2", "1"]);
        (await Told.List(prefix + "p", null, 2, cancel)).ShouldBe(all.Take(2));
        (await Told.List(prefix + "p", all[1].Number, 2, cancel)).ShouldBe(all.Skip(2));
        (await Told.List(prefix + "c", null, 10, cancel)).ShouldBe([all[1]]);
        (await Told.List(null, null, 4, cancel)).Select(one => one.Number).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task an_alert_counts_its_changes_and_can_be_removed()
    {
        await Party(DefinitionKinds.Customer, "c", prefix + "p");
        (await Alerts.Put(prefix + "a", prefix + "c", "{}", cancel)).ShouldBe(1);
        (await Alerts.Put(prefix + "a", prefix + "c", "{}", cancel)).ShouldBe(1);
        (await Alerts.Put(prefix + "a", prefix + "c", "{\"x\":1}", cancel)).ShouldBe(2);
        await Alerts.Put(prefix + "b", prefix + "p", "{}", cancel);
        (await Alerts.List(prefix + "p", null, 10, cancel)).Select(one => one.Id).ShouldBe([prefix + "a", prefix + "b"]);
        (await Alerts.List(prefix + "p", prefix + "a", 10, cancel)).Select(one => one.Id).ShouldBe([prefix + "b"]);
        (await Alerts.List(prefix + "c", null, 10, cancel)).ShouldHaveSingleItem().ShouldBe(new UsageAlertRow(prefix + "a", prefix + "c", "{\"x\":1}", 2));
        (await Alerts.Delete(prefix + "a", cancel)).ShouldBeTrue();
        (await Alerts.Delete(prefix + "a", cancel)).ShouldBeFalse();
        (await Alerts.Get(prefix + "a", cancel)).ShouldBeNull();
    }

    NewNotification New(string key, string party, string body) => new(prefix + key, Now, "kind", prefix + party, body);

    Task Party(string kind, string id, string? parent) => place.Store.Definitions.Put(
        new DefinitionWrite(kind, prefix + id, parent, "{}", Now, "test", NeedsStream: false), cancel);
}
