// Mutations of valid events: nothing throws, what is refused leaves no trace, what is read is whole.
using System.Text;
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests;
using OrleansBilling.ClientApi.Events;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class EventParserFuzz
{
    private static readonly byte[][] Seeds =
    [
        Encoding.UTF8.GetBytes(Parsed.Event()),
        Encoding.UTF8.GetBytes(Parsed.Event("data", "{\"quantity\":1.25,\"ä\\u00e4\":\"\\ud83d\\ude00😀\",\"b\":true,\"c\":null,\"d\":-1e5}")),
        Encoding.UTF8.GetBytes(Parsed.Event("\\u0069d2", "{\"x\":[[[1]]]}").Replace(",", " ,\n\t")),
    ];

    private static readonly string[] Pieces = ["\\u0000", "\\ud800", "\\u0069", "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "1e9", "\0", "\n", "\u00ff",
        "\"id\":\"x\",", "9999999999999999999999999999999"];

    [Fact]
    public void no_mutation_throws_or_leaves_a_trace() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            for (var turn = 0; turn < 200; turn++)
            {
                var json = Mutated(random);
                var read = Parsed.Read(json);
                read.Contains(": ", StringComparison.Ordinal).ShouldBeTrue($"{read}: {Convert.ToHexString(json)}");
            }

            return true;
        });

    [Fact]
    public void every_prefix_of_an_event_is_refused()
    {
        foreach (var json in Seeds)
            for (var length = 0; length < json.Length; length++)
                Parsed.Read(json[..length]).ShouldStartWith("no: ");
    }

    [Fact]
    public void a_parser_remembers_nothing_of_the_event_before() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var (used, writer) = (new EventParser(), new PackedWriter(16));
            for (var turn = 0; turn < 30; turn++)
            {
                var json = Mutated(random);
                var (fresh, other) = (new EventParser(), new PackedWriter(16));
                writer.Truncate(0);
                used.TryParse(json, ref writer).ShouldBe(fresh.TryParse(json, ref other));
                used.Fault.ShouldBe(fresh.Fault);
                used.Id.ToArray().ShouldBe(fresh.Id.ToArray());
                used.Subject.ToArray().ShouldBe(fresh.Subject.ToArray());
                writer.Written.ToArray().ShouldBe(other.Written.ToArray());
            }

            return true;
        });

    private static byte[] Mutated(Random random)
    {
        var json = Seeds[random.Next(Seeds.Length)].ToList();
        for (var left = random.Next(1, 4); left > 0 && json.Count > 0; left--)
        {
            var at = random.Next(json.Count);
            switch (random.Next(5))
            {
                case 0: json[at] = (byte)random.Next(256); break;
                case 1: json.RemoveAt(at); break;
                case 2: json.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
                case 3: json[at] ^= (byte)(1 << random.Next(8)); break;
                default: json.RemoveRange(at, Math.Min(random.Next(12), json.Count - at)); break;
            }
        }

        return [.. json];
    }
}
