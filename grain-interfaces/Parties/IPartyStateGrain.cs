// What can be said to the state of a party.
namespace OrleansBilling.GrainInterfaces.Parties;

/// <summary>Owns the facts of one party's state. Key: party id.</summary>
[Alias("ob.IPartyStateGrain")]
public interface IPartyStateGrain : IGrainWithStringKey
{
    /// <summary>Decides a command; durable, and known to this process, when it answers.</summary>
    [Alias("Do")]
    Task<PartyStateAnswer> Do(PartyStateCommand command, CancellationToken cancel = default);

    /// <summary>A lift may be over. True: nothing is left to do at that instant.</summary>
    [Alias("Work")]
    Task<bool> Work(CancellationToken cancel = default);
}

/// <summary>Kinds of due work of a party.</summary>
public static class PartyDueKinds
{
    /// <summary>A lift ends.</summary>
    public const string Lift = "lift";
    /// <summary>What a terminated party has is to end.</summary>
    public const string End = "end";
}
