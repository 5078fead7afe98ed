// What can be said to those who close a period: the coordinator of a calendar, and the buyers whose documents it makes.
using Orleans.Concurrency;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Parties;

namespace OrleansBilling.GrainInterfaces.Closing;

/// <summary>Closes the periods of one calendar, in order. Key: calendar id. Progress lives in the store; any step can be repeated.</summary>
[Alias("ob.ICycleCoordinatorGrain")]
public interface ICycleCoordinatorGrain : IGrainWithStringKey
{
    /// <summary>Begins the close of a finished period, or answers the run that exists.</summary>
    [Alias("Close")]
    Task<CloseAnswer> Close(string period, CancellationToken cancel = default);

    /// <summary>Does what is due, at most one slice; says whether there is more. A slow slice is none that failed: who asks waits long.</summary>
    [Alias("Work"), ResponseTimeout("00:02:00")]
    Task<CloseAnswer> Work(CancellationToken cancel = default);

    /// <summary>
    /// Closes the statement of one agreement before the run of its period does, at most one slice: its subscriptions are sealed, the draft gets its number.
    /// The run finds it issued and leaves it as it is.
    /// </summary>
    [Alias("CloseStatement"), ResponseTimeout("00:02:00")]
    Task<CloseStatementAnswer> CloseStatement(CloseStatementCommand command, CancellationToken cancel = default);

    /// <summary>Publishes, discards or reopens an estimate; the same again changes nothing.</summary>
    [Alias("Estimate")]
    Task<EstimateAnswer> Estimate(EstimateCommand command, CancellationToken cancel = default);

    /// <summary>Takes up the failed items of a run again.</summary>
    [Alias("Retry")]
    Task<CloseAnswer> Retry(string run, CancellationToken cancel = default);

    /// <summary>A calendar was defined: makes sure that its next close stands in the list of due work.</summary>
    [Alias("Schedule")]
    Task Schedule(CancellationToken cancel = default);
}

/// <summary>A party that is billed. Slices interleave, so that nothing that asks upwards ever waits for a close (DECISIONS.md 6).</summary>
[Alias("ob.IBuyerGrain")]
public interface IBuyerGrain : IGrainWithStringKey
{
    /// <summary>Creates or replaces the party.</summary>
    [Alias("Define")]
    Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel = default);

    /// <summary>Seals children and composes the document of one agreement, at most one slice.</summary>
    [Alias("CloseSlice"), AlwaysInterleave]
    Task<CloseSliceAnswer> CloseSlice(CloseSliceCommand command, CancellationToken cancel = default);

    /// <summary>Lines that the close of one agreement would write now, at most one slice of them. Writes nothing.</summary>
    [Alias("Preview"), AlwaysInterleave]
    Task<PreviewPage> Preview(PreviewCommand command, CancellationToken cancel = default);
}

/// <summary>A partner: gets one consolidated document per agreement and period. Key: partner id.</summary>
[Alias("ob.IPartnerGrain")]
public interface IPartnerGrain : IBuyerGrain, IMovedParty
{
}

/// <summary>A customer, billed by a partner or by the operator. Key: customer id.</summary>
[Alias("ob.ICustomerGrain")]
public interface ICustomerGrain : IBuyerGrain, IMovedParty
{
}
