// The usage report: units and exact amounts by month, party, meter and dimensions, from the same reader as live usage.
using System.Globalization;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Quantities of the party's subtree; amounts of the legs in which the caller sells or buys (domain 0.3, rule 31).</summary>
public sealed class UsageReportReader(UsageReader reader, IDefinitionStore definitions, Subtree subtree, KnownFacts facts)
{
    /// <summary>Columns that are no dimensions.</summary>
    public static readonly IReadOnlyList<string> Columns = ["month", "partner", "customer", "subscription", "meter"];

    /// <summary>Fills the table with the columns of the query and the meter; false: too many rows. Null: no such party for this caller.</summary>
    public async Task<bool?> Fill(ReportTable table, ApiCaller caller, string party, ReportQuery query, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var dimensions = columns.Where(column => !Columns.Contains(column)).ToList();
        var found = false;
        await foreach (var owner in Owners(party, columns, cancel))
        {
            foreach (var month in ReportMonths.Labels(query.From!, query.To))
            {
                if (await reader.Read(caller, new UsageQuestion(owner.Kind, owner.Id, month, true, false, null, dimensions), cancel) is not { } view)
                    continue;
                found = true;
                foreach (var meter in view.Meters)
                    await Add(table, caller.Party ?? party, meter, name => Value(name, owner, month, meter.Meter), columns, cancel);
                if (table.Count > Limits.ReportRowsMax)
                    return false;
            }
        }

        return found ? true : null;
    }

    private async Task Add(ReportTable table, string of, MeterUsage meter, Func<string, string?> value, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        foreach (var group in meter.Groups ?? [new GroupUsage(new Dictionary<string, string?>(), meter.Quantity, meter.Events,
            [.. meter.Legs.Select(leg => new GroupLeg(leg.Agreement, leg.Amount))])])
        {
            string[] key = [.. columns.Select(column => value(column) ?? group.Dimensions.GetValueOrDefault(column) ?? "")];
            table.Add(key, Number(group.Quantity), group.Events);
            foreach (var leg in group.Legs)
            {
                if (await facts.Agreement(leg.Agreement, cancel) is { } agreement && (agreement.Seller == of || agreement.Buyer == of))
                    table.Add(key, leg.Amount.Currency, Number(leg.Amount.Amount), agreement.Seller == of);
            }
        }
    }

    private static string? Value(string column, Owner owner, string month, string meter) => column switch
    {
        "month" => month,
        "meter" => meter,
        "partner" => owner.Partner,
        "customer" => owner.Customer,
        "subscription" => owner.Subscription,
        _ => null,
    };

    // As coarse as the columns allow: a party as a whole is one question.
    private async IAsyncEnumerable<Owner> Owners(string party, IReadOnlyList<string> columns,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var customer = await definitions.Get(DefinitionKinds.Customer, party, cancel);
        if (columns.Contains("subscription"))
        {
            await foreach (var subscription in subtree.Subscriptions(party, null, cancel))
            {
                var holder = customer ?? await definitions.Get(DefinitionKinds.Customer, subscription.Parent!, cancel);
                yield return new Owner(DefinitionKinds.Subscription, subscription.Id, holder?.Parent, subscription.Parent, subscription.Id);
            }
        }
        else if (customer is not null)
            yield return new Owner(DefinitionKinds.Customer, party, customer.Parent, party, null);
        else if (columns.Contains("customer") || columns.Contains("partner"))
        {
            await foreach (var one in subtree.Customers(party, null, cancel))
                yield return new Owner(DefinitionKinds.Customer, one.Id, one.Parent, one.Id, null);
        }
        else
            yield return new Owner(DefinitionKinds.Partner, party, null, null, null);
    }

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    private sealed record Owner(string Kind, string Id, string? Partner, string? Customer, string? Subscription);
}
