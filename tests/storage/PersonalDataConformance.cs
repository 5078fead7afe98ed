// What the store promises about personal data: one secret per customer until it is erased, and an erasure that is whole.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Privacy;

namespace OrleansBilling.Storage.Tests;

public sealed class PersonalDataOnPostgres(PostgresPlace place) : PersonalDataConformance(place), IClassFixture<PostgresPlace>;

public sealed class PersonalDataOnSqlite(SqlitePlace place) : PersonalDataConformance(place), IClassFixture<SqlitePlace>;

public abstract class PersonalDataConformance(StorePlace place)
{
    static readonly Instant Now = Instant.FromUtc(2025, 5, 12, 9, 0);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;
    readonly string customer = $"c{place.NewStream()}";

    IPersonalDataStore Store => place.Store.PersonalData;

    [Fact]
    public async Task a_customer_has_one_secret_whoever_comes_first()
    {
        var secrets = await Task.WhenAll(Enumerable.Range(1, 20).Select(n => Store.Secret(customer, [(byte)n], cancel)));
        secrets.Select(one => one[0]).Distinct().ShouldHaveSingleItem();
        (await Store.Secret(customer, [99], cancel)).ShouldBe(secrets[0]);
        (await Store.Secret(customer + "-other", [98], cancel)).ShouldBe(new byte[] { 98 });
    }

    [Fact]
    public async Task an_erasure_takes_the_secret_the_older_versions_and_the_kept_answers_of_one_customer()
    {
        foreach (var (id, body) in new[] { (customer, "{\"name\":\"Aino\"}"), (customer, "{\"name\":\"Aino V\"}"), (customer + "-other", "{\"name\":\"Eino\"}"), (customer + "-other", "{\"name\":\"Eino V\"}") })
            await place.Store.Definitions.Put(new DefinitionWrite(DefinitionKinds.Customer, id, null, body, Now, "test", IsParty: true), cancel);
        foreach (var id in (string[])[customer, customer + "-other"])
        {
            await Store.Secret(id, [1], cancel);
            await place.Store.Idempotency.Keep(new IdempotentAnswer("caller", id, "hash", 200, "application/json", $"{{\"id\":\"{id}\"}}", Now), cancel);
        }

        for (var time = 0; time < 2; time++) await Store.Erase(new Erasure(customer, "{\"name\":\"Erased\"}", Now, "key", "asked"), cancel);
        (await Store.Erasures(customer, cancel)).ShouldBe([new Erasure(customer, "", Now, "key", "asked")]);
        (await place.Store.Definitions.History(DefinitionKinds.Customer, customer, cancel))[0].Body.ShouldBe("{\"name\":\"Erased\"}");
        (await place.Store.Idempotency.Get("caller", customer, cancel)).ShouldBeNull();
        (await Store.Secret(customer, [2], cancel)).ShouldBe(new byte[] { 2 });

        (await Store.Erasures(customer + "-other", cancel)).ShouldBeEmpty();
        (await place.Store.Definitions.History(DefinitionKinds.Customer, customer + "-other", cancel))[0].Body.ShouldBe("{\"name\":\"Eino\"}");
        (await place.Store.Idempotency.Get("caller", customer + "-other", cancel)).ShouldNotBeNull();
        (await Store.Secret(customer + "-other", [2], cancel)).ShouldBe(new byte[] { 1 });
    }
}
