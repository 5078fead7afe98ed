// What stays of a customer whose personal data were erased.
namespace OrleansBilling.Billing.Parties;

/// <summary>Who billed it and in what currency stays, since documents and usage hang on it; who it was goes.</summary>
public static class ErasedCustomer
{
    /// <summary>Stands in place of the name.</summary>
    public const string Name = "Erased";

    /// <summary>The customer without its name, address, e-mail and VAT id. Of an erased one it is the same again.</summary>
    public static Customer Of(Customer customer) => customer with { Name = Name, BillingEmail = null, VatId = null, Address = null };
}
