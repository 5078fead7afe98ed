// A document as JSON, written straight from the store: half a million lines pass through without being held.
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>Reads stored facts and computes nothing, so that every read of a document is the same, byte for byte.</summary>
public static class DocumentWriter
{
    /// <summary>All but the lines, as a list shows it.</summary>
    public static void Header(Utf8JsonWriter writer, DocumentHeader header, string? name = null)
    {
        writer.WriteStartObject();
        Members(writer, header, name);
        writer.WriteEndObject();
    }

    /// <summary>The members of a document but its lines and frozen parties.</summary>
    /// <param name="name">What it is called while it has no number.</param>
    /// <param name="isNet">Its reader sees neither tax nor what includes it.</param>
    public static void Members(Utf8JsonWriter writer, DocumentHeader header, string? name = null, bool isNet = false)
    {
        writer.WriteString("number", header.Number ?? name);
        writer.WriteString("kind", header.Kind);
        writer.WriteString("status", header.Status);
        writer.WriteString("seller", header.Seller);
        writer.WriteString("buyer", header.Buyer);
        writer.WriteString("agreement", header.Agreement);
        writer.WriteString("calendar", header.Calendar);
        writer.WriteString("billing_period", header.Period);
        Days(writer, header.PeriodFrom, header.PeriodTo);
        writer.WriteString("issue_date", Text(header.IssueDate));
        writer.WriteString("due_date", Text(header.DueDate));
        if (header.PaidOn is not null) writer.WriteString("paid_on", Text(header.PaidOn));
        if (BodyOf(header).Corrects is { } corrects) writer.WriteString("corrects", corrects);
        writer.WriteString("currency", header.Currency);
        Printed(writer, "net", header.Net, header.Currency);
        if (!isNet)
        {
            Printed(writer, "tax", header.Tax, header.Currency);
            Printed(writer, "total", header.Total, header.Currency);
        }

        Printed(writer, "prepaid", Rounding.ToCurrency(BodyOf(header).Prepaid ?? 0, header.Currency, RoundingMode.HalfAwayFromZero), header.Currency);
        if (!isNet) Printed(writer, "outstanding", header.Outstanding, header.Currency);
        // A preview has no number, and nothing can be paid by it.
        var reference = header.Number is { } number ? header.PaymentReference ?? CreditorReference.OfDocument(number, header.Kind) : null;
        writer.WriteString("payment_reference", reference);
    }

    /// <summary>Frozen parties and the tax breakdown.</summary>
    public static void Body(Utf8JsonWriter writer, DocumentHeader header, bool isNet = false)
    {
        var body = BodyOf(header);
        if (body.Children is { } children) writer.WriteNumber("children", children);
        writer.WritePropertyName("seller_party");
        JsonSerializer.Serialize(writer, body.Seller, BillingJson.Options);
        writer.WritePropertyName("buyer_party");
        JsonSerializer.Serialize(writer, body.Buyer, BillingJson.Options);
        if (isNet)
            return;
        writer.WriteStartArray("tax_breakdown");
        foreach (var part in body.TaxBreakdown)
        {
            writer.WriteStartObject();
            writer.WriteString("category", part.Category);
            writer.WriteString("rate", AmountText.Exact(part.Rate));
            if (part.Reason is not null) writer.WriteString("reason", part.Reason);
            Printed(writer, "net", part.Net, header.Currency);
            Printed(writer, "tax", part.Tax, header.Currency);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>One line.</summary>
    public static void Line(Utf8JsonWriter writer, DocumentLine line, string currency) => Line(writer, line, currency, LineColumns.All);

    /// <summary>One line with the columns that its reader sees.</summary>
    public static void Line(Utf8JsonWriter writer, DocumentLine line, string currency, LineColumns columns)
    {
        var body = Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body);
        writer.WriteStartObject();
        writer.WriteString("description", line.Description);
        if (columns.Shows("customer")) writer.WriteString("customer", line.Customer);
        // A charge of the account is of no subscription and no plan.
        var ofAccount = Identifiers.IsAccountLine(line.Child);
        if (columns.Shows("subscription")) writer.WriteString("subscription", ofAccount ? null : Identifiers.SubscriptionOfLine(line.Child));
        if (columns.Shows("quantity")) writer.WriteString("quantity", AmountText.Exact(line.Quantity));
        if (columns.Shows("unit_price")) UnitPrice(writer, line, currency);
        Printed(writer, "amount", line.Amount, currency);
        if (columns.Shows("period")) Days(writer, line.PeriodFrom, line.PeriodTo);
        if (columns.Shows("tax_category")) writer.WriteString("tax_category", line.TaxCategory);
        if (columns.Shows("tax_rate")) writer.WriteString("tax_rate", AmountText.Exact(line.TaxRate));
        Origin(writer, body, ofAccount, currency, columns);
        if (body.Original is { } original && columns.Shows("unit_price")) Original(writer, original);
        writer.WriteEndObject();
    }

    // What the line was made from.
    private static void Origin(Utf8JsonWriter writer, DocumentLineBody body, bool ofAccount, string currency, LineColumns columns)
    {
        if (columns.Shows("kind")) writer.WriteString("kind", body.Kind);
        if (columns.Shows("plan")) writer.WriteString("plan", ofAccount ? null : body.Plan);
        if (columns.Shows("plan_version"))
        {
            if (ofAccount) writer.WriteNull("plan_version");
            else writer.WriteNumber("plan_version", body.PlanVersion);
        }

        if (columns.Shows("charge")) writer.WriteString("charge", body.Charge);
        if (columns.Shows("original_period")) writer.WriteString("original_period", body.OriginalPeriod);
        if (columns.Shows("late")) writer.WriteBoolean("late", body.Late);
        if (columns.Shows("prepaid") && body.Prepaid is { } prepaid) Printed(writer, "prepaid", prepaid, currency);
        if (columns.Shows("purchase_order") && body.PurchaseOrder is { } order) writer.WriteString("purchase_order", order);
        if (columns.Shows("proof") && body.Proof is { } proof) Proof(writer, proof);
    }

    private static void Original(Utf8JsonWriter writer, OriginalAmount original)
    {
        writer.WriteStartObject("original");
        Printed(writer, "amount", original.Amount, original.Currency);
        writer.WriteString("rate", AmountText.Exact(original.Rate));
        writer.WriteString("rate_date", Text(original.RateDate));
        writer.WriteEndObject();
    }

    private static void UnitPrice(Utf8JsonWriter writer, DocumentLine line, string currency)
    {
        if (line.UnitPrice is { } price) writer.WriteString("unit_price", AmountText.Exact(price, currency));
        else writer.WriteNull("unit_price");
    }

    private static DocumentBody BodyOf(DocumentHeader header) => Billing.Json.Definitions.Stored<DocumentBody>(header.Body);

    private static void Proof(Utf8JsonWriter writer, LineProof proof)
    {
        writer.WriteStartObject("proof");
        writer.WriteNumber("count", proof.Count);
        writer.WriteString("sum", AmountText.Exact(proof.Sum));
        writer.WriteString("hash", proof.Hash);
        writer.WriteNumber("from_version", proof.FromVersion);
        writer.WriteNumber("to_version", proof.ToVersion);
        writer.WriteEndObject();
    }

    private static void Days(Utf8JsonWriter writer, LocalDate from, LocalDate to)
    {
        writer.WriteStartObject("period");
        writer.WriteString("from", Text(from));
        writer.WriteString("to", Text(to));
        writer.WriteEndObject();
    }

    // Exactly the currency's digits: an amount that has more was never rounded, and printing it fails.
    private static void Printed(Utf8JsonWriter writer, string name, decimal? amount, string currency) =>
        writer.WriteMoney(name, MoneyText.Print(amount ?? throw new InvalidDataException($"An issued document without {name}."), currency), currency);

    private static string? Text(LocalDate? date) => date is { } known ? LocalDatePattern.Iso.Format(known) : null;
}
