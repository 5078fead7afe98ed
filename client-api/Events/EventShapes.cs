// The shapes of usage in the OpenAPI document; the hot path itself reads and writes bytes.
namespace OrleansBilling.ClientApi.Events;

/// <summary>A CloudEvents 1.0 event as billing reads it.</summary>
public sealed record CloudEvent(string Specversion, string Id, string Source, string Type, string Subject, NodaTime.Instant Time,
    Dictionary<string, string>? Data);

/// <summary>The answer to posted events.</summary>
public sealed record EventCounts(long Accepted, long Duplicate, long Conflict, long Rejected, long Unknown, EventResult[] Results);

/// <summary>How one event ended.</summary>
/// <param name="Id">Its id; empty when none could be read.</param>
/// <param name="Status">accepted, duplicate, conflict, rejected or unknown.</param>
/// <param name="Code">Why it was rejected.</param>
/// <param name="Detail">What is wrong with an invalid event.</param>
/// <param name="Position">Its place among the events of the request, from 1; only when its id could not be read.</param>
/// <param name="LimitingLevel">For want of money: whose wallet has too little, e.g. <c>partner:nordreach</c>.</param>
public sealed record EventResult(string Id, string Status, string? Code, string? Detail, long? Position, string? LimitingLevel);
