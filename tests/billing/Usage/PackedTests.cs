// The packed codec: what goes in comes out, and anything else is refused, never guessed.
using FsCheck;
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class PackedTests
{
    private static readonly Gen<int> Word =
        Gen.Choose(0, ushort.MaxValue).Zip(Gen.Choose(0, ushort.MaxValue)).Select(halves => unchecked((halves.Item1 << 16) | halves.Item2));

    private static readonly Gen<decimal> AnyDecimal =
        from low in Gen.OneOf(Word, Gen.Constant(0), Gen.Constant(-1))
        from middle in Gen.OneOf(Word, Gen.Constant(0), Gen.Constant(-1))
        from high in Gen.OneOf(Word, Gen.Constant(0), Gen.Constant(-1), Gen.Constant(1))
        from scale in Gen.Choose(0, 28)
        from sign in Gen.Elements(true, false)
        select new decimal(low, middle, high, sign, (byte)scale);

    [Fact]
    public void every_decimal_comes_back_bit_for_bit() =>
        AnyDecimal.ShouldHold(value => decimal.GetBits(Back(value)).SequenceEqual(decimal.GetBits(value)));

    [Fact]
    public void the_decimals_at_the_edges_come_back()
    {
        decimal[] edges = [0, -0m, 1, -1, decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m, -7.9228162514264337593543950335m,
            ulong.MaxValue, ulong.MaxValue + 1m, uint.MaxValue, uint.MaxValue + 1m, 1.0m, 1.00m, 127, 128, 16383, 16384];
        foreach (var edge in edges)
            decimal.GetBits(Back(edge)).ShouldBe(decimal.GetBits(edge));
    }

    [Fact]
    public void a_decimal_is_as_long_as_it_says()
    {
        foreach (var (value, bytes) in new[] { (0m, 2), (127m, 2), (128m, 3), (2.50m, 3), ((decimal)ulong.MaxValue, 11), (decimal.MaxValue, 15) })
            Packed(value).Length.ShouldBe(bytes, value.ToString());
    }

    [Fact]
    public void every_varint_comes_back()
    {
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var value in new[] { 1UL << bit, (1UL << bit) - 1, ~0UL >> bit })
            {
                var writer = new PackedWriter(0);
                writer.Varint(value);
                var reader = new PackedReader(writer.Written.Span);
                reader.Varint().ShouldBe(value);
                reader.AtEnd.ShouldBeTrue();
            }
        }
    }

    [Theory]
    [InlineData(""), InlineData("a"), InlineData("Ä€😀"), InlineData("\0"), InlineData("1234567890123456789012345678901234567890")]
    public void every_string_comes_back(string text)
    {
        var writer = new PackedWriter(0);
        writer.String(text);
        new PackedReader(writer.Written.Span).String().ShouldBe(text);
    }

    [Theory]
    [InlineData("80808080808080808002", "ten bytes that hold more than 64 bits")]
    [InlineData("8080808080808080808001", "eleven bytes")]
    [InlineData("8000", "a zero that is longer than it need be")]
    [InlineData("FF00", "127, longer than it need be")]
    [InlineData("80", "it never ends")]
    [InlineData("", "nothing")]
    public void what_no_writer_writes_is_no_varint(string hex, string why) =>
        Refused(hex, (ref PackedReader reader) => reader.Varint()).ShouldBeTrue(why);

    [Theory]
    [InlineData("1D01", "scale 29")]
    [InlineData("7F01", "scale 127")]
    [InlineData("9D01", "scale 29 and a sign")]
    [InlineData("00FFFFFFFFFFFFFFFFFFFFFFFFFF7F", "98 bits")]
    [InlineData("00808080808080808080808080808001", "99 bits")]
    [InlineData("008000", "a zero that is longer than it need be")]
    [InlineData("00", "no coefficient")]
    [InlineData("", "nothing")]
    public void what_no_writer_writes_is_no_decimal(string hex, string why) =>
        Refused(hex, (ref PackedReader reader) => reader.Decimal()).ShouldBeTrue(why);

    [Theory]
    [InlineData("01FF", "a byte that is never UTF-8")]
    [InlineData("02C080", "an overlong NUL")]
    [InlineData("03EDA080", "half a surrogate")]
    [InlineData("01C3", "a letter cut in two")]
    [InlineData("0241", "shorter than it says")]
    [InlineData("FFFFFFFF0741", "much shorter than it says")]
    [InlineData("FFFFFFFF0F41", "longer than any array")]
    public void what_is_not_utf_8_is_no_string(string hex, string why) =>
        Refused(hex, (ref PackedReader reader) => reader.String()).ShouldBeTrue(why);

    [Fact]
    public void a_refused_record_is_taken_back()
    {
        var writer = new PackedWriter(16);
        writer.String("kept");
        var kept = writer.Length;
        writer.Decimal(decimal.MaxValue);
        writer.Truncate(kept);
        writer.Byte(7);
        var reader = new PackedReader(writer.Written.Span);
        reader.String().ShouldBe("kept");
        reader.Byte().ShouldBe((byte)7);
        reader.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public void reserved_room_is_zero_even_where_something_was_taken_back()
    {
        var writer = new PackedWriter(16);
        writer.UInt64(ulong.MaxValue);
        writer.Truncate(0);
        writer.PatchInt32(writer.Reserve(4) + 0, 5);
        writer.Reserve(4);
        new PackedReader(writer.Written.Span).Int64().ShouldBe(5);
    }

    private delegate void Reading(ref PackedReader reader);

    private static bool Refused(string hex, Reading read)
    {
        try
        {
            var reader = new PackedReader(Convert.FromHexString(hex));
            read(ref reader);
            return false;
        }
        catch (PackedFormatException)
        {
            return true;
        }
    }

    private static ReadOnlyMemory<byte> Packed(decimal value)
    {
        var writer = new PackedWriter(0);
        writer.Decimal(value);
        return writer.Written;
    }

    private static decimal Back(decimal value) => new PackedReader(Packed(value).Span).Decimal();
}
