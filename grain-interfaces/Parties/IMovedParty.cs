// What can be said to a party about its place in the tree.
namespace OrleansBilling.GrainInterfaces.Parties;

/// <summary>A partner or customer that is moved. Key: party id.</summary>
[Alias("ob.IMovedParty")]
public interface IMovedParty : IGrainWithStringKey
{
    /// <summary>Moves it, now or at an instant to come.</summary>
    [Alias("Move")]
    Task<MoveAnswer> Move(MoveCommand command, CancellationToken cancel = default);

    /// <summary>Does what a planned move has left for its instant. True: nothing is left.</summary>
    [Alias("CompleteMove")]
    Task<bool> CompleteMove(CancellationToken cancel = default);
}
