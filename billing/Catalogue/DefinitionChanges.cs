// Which changes of a definition would rewrite what has been counted or issued, and are refused.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Facts are immutable: what a total or a document was made by does not change under it.</summary>
public static class DefinitionChanges
{
    /// <summary>What must not change between two states of one definition.</summary>
    public static FieldErrors Check(object before, object after)
    {
        var errors = new FieldErrors();
        switch (before, after)
        {
            case (Calendar was, Calendar now):
                Fixed(errors, "anchor_day", was.AnchorDay, now.AnchorDay);
                Fixed(errors, "time_zone", was.TimeZone, now.TimeZone);
                break;
            case (Agreement was, Agreement now):
                Fixed(errors, "seller", was.Seller, now.Seller);
                Fixed(errors, "buyer", was.Buyer, now.Buyer);
                Fixed(errors, "calendar", was.Calendar, now.Calendar);
                Fixed(errors, "documents", was.Documents, now.Documents);
                break;
            case (Plan was, Plan now):
                Fixed(errors, "currency", was.Currency, now.Currency);
                break;
            case (Seller was, Seller now):
                Fixed(errors, "currency", was.Currency, now.Currency);
                break;
            case (Partner was, Partner now):
                Fixed(errors, "currency", was.Currency, now.Currency);
                break;
            case (Customer was, Customer now):
                Fixed(errors, "partner", was.Partner, now.Partner);
                Fixed(errors, "currency", was.Currency, now.Currency);
                break;
            case (Subscription was, Subscription now):
                Fixed(errors, "customer", was.Customer, now.Customer);
                break;
            case (Meter was, Meter now):
                CheckMeter(was, now, errors);
                break;
        }

        return errors;
    }

    /// <summary>What must not change once usage is counted or a period is sealed.</summary>
    public static FieldErrors CheckUsed(Subscription before, Subscription after)
    {
        var errors = new FieldErrors();
        Fixed(errors, "starts_at", before.StartsAt, after.StartsAt);
        for (var leg = 0; leg < before.Legs.Length; leg++)
        {
            if (!after.Legs.Contains(before.Legs[leg]))
                errors.Add($"legs[{leg}]", $"usage is counted on agreement \"{before.Legs[leg].Agreement}\" with plan \"{before.Legs[leg].Plan}\": this leg must stay");
        }

        return errors;
    }

    // Prices match on dimensions by rank: new ones may only come after the old ones.
    private static void CheckMeter(Meter before, Meter after, FieldErrors errors)
    {
        Fixed(errors, "aggregation", before.Aggregation, after.Aggregation);
        if (!after.Dimensions.Take(before.Dimensions.Length).SequenceEqual(before.Dimensions))
            errors.Add("dimensions", $"must begin with {string.Join(", ", before.Dimensions)}: dimensions may only be added at the end");
    }

    private static void Fixed<T>(FieldErrors errors, string field, T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
            errors.Add(field, $"cannot change (it is \"{before}\")");
    }
}
