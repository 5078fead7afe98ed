// A wallet's books in the packed form of its snapshot.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

internal static class WalletBooksForm
{
    public static void Write(ref PackedWriter writer, WalletBooks books)
    {
        writer.String(books.Account ?? "");
        writer.Varint((ulong)books.Numbered);
        writer.Varint((ulong)books.Receipts);
        writer.Count(books.Given.Count);
        foreach (var credit in books.Given) writer.Varint((ulong)credit);
        writer.Count(books.Unbooked.Count);
        foreach (var entry in books.Unbooked)
        {
            writer.Varint((ulong)entry.Number);
            writer.Byte((byte)entry.Kind);
            writer.Decimal(entry.Amount);
            writer.String(entry.Reference);
            writer.String(entry.Other);
            writer.Int64(entry.AtMicros);
            PackedFrames.WriteOptional(ref writer, entry.Receipt);
            writer.String(entry.Actor);
        }
    }

    public static void Read(ref PackedReader reader, WalletBooks books)
    {
        books.Account = reader.String() is { Length: > 0 } account ? account : null;
        (books.Numbered, books.Receipts) = (reader.Int63(), reader.Int63());
        for (var left = reader.Count(); left > 0; left--) books.Given.Add(reader.Int63());
        for (var left = reader.Count(); left > 0; left--)
            books.Restore(new WalletBooking(reader.Int63(), (BookingKind)reader.Byte(), reader.Decimal(), reader.String(), reader.String(),
                reader.MicrosOfInstant(), WalletReplay.ReadOptional(ref reader), reader.String()));
        WalletState.Fits(books.Unbooked.Count == 0 || books.Unbooked[^1].Number == books.Numbered, "entries for the books are missing");
    }
}
