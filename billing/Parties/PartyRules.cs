// What makes a seller, a partner or a customer acceptable.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Parties;

/// <summary>All faults at once; references are checked elsewhere (<see cref="Catalogue.References"/>).</summary>
public static class PartyRules
{
    private const int AddressLinesMax = 10;
    private const int NumberPrefixMax = 32;

    /// <summary>A seller.</summary>
    public static FieldErrors Check(Seller seller)
    {
        var errors = new FieldErrors();
        errors.Text("name", seller.Name);
        errors.Country("country", seller.Country);
        errors.Currency("currency", seller.Currency);
        errors.Zone("time_zone", seller.TimeZone);
        errors.VatId("vat_id", seller.VatId);
        errors.Iban("iban", seller.Iban);
        errors.Address("address", seller.Address);
        errors.NumberPrefix("number_prefix", seller.NumberPrefix);
        return errors;
    }

    /// <summary>A partner.</summary>
    public static FieldErrors Check(Partner partner)
    {
        var errors = new FieldErrors();
        errors.Text("name", partner.Name);
        errors.Country("country", partner.Country);
        errors.Currency("currency", partner.Currency);
        errors.Email("billing_email", partner.BillingEmail);
        errors.VatId("vat_id", partner.VatId);
        errors.Address("address", partner.Address);
        if (partner.TimeZone is { } zone) errors.Zone("time_zone", zone);
        if (partner.Parent is { } parent) errors.Id("parent", parent);
        if (partner.ResellerCode is { } code) errors.Id("reseller_code", code);
        return errors;
    }

    /// <summary>A customer.</summary>
    public static FieldErrors Check(Customer customer)
    {
        var errors = new FieldErrors();
        errors.Text("name", customer.Name);
        if (customer.Partner is { } partner) errors.Id("partner", partner);
        if (customer.ResellerCode is { } code) errors.Id("reseller_code", code);
        errors.OneOf("kind", customer.Kind, "organization", "individual");
        if (customer.Country is { } country) errors.Country("country", country);
        if (customer.Currency is { } currency) errors.Currency("currency", currency);
        errors.Email("billing_email", customer.BillingEmail);
        errors.VatId("vat_id", customer.VatId);
        errors.Address("address", customer.Address);
        return errors;
    }

    private static void Country(this FieldErrors errors, string field, string country)
    {
        if (country.Length != 2 || !country.All(char.IsAsciiLetterUpper)) errors.Add(field, "must be an ISO 3166-1 alpha-2 code, like \"FI\"");
    }

    private static void VatId(this FieldErrors errors, string field, string? vatId)
    {
        if (vatId is not null && !TaxIdentifiers.IsVatIdShape(vatId))
            errors.Add(field, "must be a country prefix and 2 to 13 letters or digits, like \"FI12345671\"");
    }

    private static void Iban(this FieldErrors errors, string field, string? iban)
    {
        if (iban is not null && !BankAccounts.IsIban(iban)) errors.Add(field, "must be an IBAN without blanks whose check digits hold");
    }

    private static void Email(this FieldErrors errors, string field, string? email)
    {
        if (email is null) return;
        var at = email.IndexOf('@');
        var plausible = at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1 && email.Length <= 254
            && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ',' or ';' or '<' or '>');
        if (!plausible) errors.Add(field, "must be an e-mail address, like \"ap@nordreach.example\"");
    }

    private static void Address(this FieldErrors errors, string field, string[]? lines)
    {
        if (lines is null) return;
        if (lines.Length > AddressLinesMax) errors.Add(field, $"must have at most {AddressLinesMax} lines");
        for (var i = 0; i < lines.Length && i < AddressLinesMax; i++) errors.Text($"{field}[{i}]", lines[i]);
    }

    private static void NumberPrefix(this FieldErrors errors, string field, string? prefix)
    {
        if (prefix is null) return;
        var plain = prefix.Length is >= 1 and <= NumberPrefixMax
            && prefix.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
        if (!plain) errors.Add(field, $"must be 1 to {NumberPrefixMax} capital letters, digits, \"-\", \"_\" or \".\"");
        // OP's statements are OP-S-2025-…, which must not be the invoices of a seller OP-S.
        else if (prefix.EndsWith("-S", StringComparison.Ordinal)) errors.Add(field, "must not end with \"-S\": statements are numbered that way");
    }
}
