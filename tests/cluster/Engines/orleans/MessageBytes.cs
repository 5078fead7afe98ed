// Messages as they went over the wire in earlier versions: they must be read today, and today's must look the same to the silos that are still to be updated.
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Cluster.Tests;

/// <summary>
/// <c>messages.approved.txt</c> holds a sample of every message: alias, bytes, and what they say. A message that is new needs a line, one that has grown
/// gets another one beside its old one: APPROVE=1 dotnet run --project tests/cluster -c Release -p:Engine=orleans -- -class '*MessageBytes'.
/// Lines are never changed or taken away.
/// </summary>
public sealed class MessageBytes : IDisposable
{
    static readonly Assembly Contracts = typeof(ISubscriptionGrain).Assembly;
    static readonly string Approved = Path.Combine(Sources(), "messages.approved.txt");

    readonly ServiceProvider services = new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(Contracts)).BuildServiceProvider();
    readonly Dictionary<string, Type> messages = Contracts.GetTypes()
        .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && type is { IsEnum: false, IsAbstract: false })
        .ToDictionary(type => type.GetCustomAttribute<AliasAttribute>()!.Alias);

    public void Dispose() => services.Dispose();

    [Fact]
    public void Bytes_of_every_earlier_version_say_what_they_said()
    {
        var lines = File.ReadLines(Approved).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToList();
        lines.ShouldNotBeEmpty();
        foreach (var line in lines)
        {
            messages.ShouldContainKey(line[0], "a message that was on the wire has gone");
            var read = Read(Convert.FromHexString(line[1]));
            read.GetType().ShouldBe(messages[line[0]]);
            // Members that came later are behind those that were there; in a message within a message they are none.
            var says = WithoutNone(MessageSamples.Describe(read)).Split('|');
            foreach (var member in WithoutNone(line[2]).Split('|', StringSplitOptions.RemoveEmptyEntries))
                says.ShouldContain(member, $"{line[0]} of an earlier version");
        }
    }

    [Fact]
    public void Every_message_of_today_is_pinned_by_its_bytes()
    {
        var today = messages.OrderBy(message => message.Key, StringComparer.Ordinal).Select(message =>
        {
            var sample = MessageSamples.Of(message.Value);
            return $"{message.Key}\t{Convert.ToHexStringLower(Write(sample))}\t{MessageSamples.Describe(sample)}";
        }).ToList();
        var pinned = File.Exists(Approved) ? File.ReadAllLines(Approved) : [];
        var missing = today.Except(pinned).ToList();
        if (Environment.GetEnvironmentVariable("APPROVE") == "1" && missing.Count > 0)
            File.AppendAllLines(Approved, missing);
        else
            missing.ShouldBeEmpty($"a message is new or has grown: APPROVE=1, and read the difference of {Path.GetFileName(Approved)}");
    }

    [Fact]
    public void Bytes_that_say_something_else_are_caught()
    {
        var sample = MessageSamples.Of(typeof(LimitedEvent));
        var changed = (LimitedEvent)sample with { Index = 77 };
        MessageSamples.Describe(Read(Write(changed))).ShouldNotBe(MessageSamples.Describe(sample));
    }

    // What was said is still compared: a value that has become none is not there.
    static string WithoutNone(string says) => Regex.Replace(says, ";[0-9]+=none", "");

    object Read(byte[] bytes) => services.GetRequiredService<Serializer>().Deserialize<object>(bytes)!;

    byte[] Write(object message) => services.GetRequiredService<Serializer>().SerializeToArray(message);

    static string Sources() => ProjectRoot.Of("tests", "cluster", "Engines", "orleans");
}
