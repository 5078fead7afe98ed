// Every problem that the API answers, by name.
using System.Text.Json;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.ClientApi.Errors;

/// <summary>A code is written here once and never changes its meaning.</summary>
public static class Problems
{
    private const string NotAllowed = "What stands there does not allow this";

    /// <summary>400: everything that is wrong with the request, by field.</summary>
    public static Problem Invalid(FieldErrors errors) =>
        new(400, "invalid_request", "The request is not valid", Sentence(errors)) { Errors = errors };

    /// <summary>400: one field is wrong.</summary>
    public static Problem Invalid(string field, string message) => Invalid(FieldErrors.Of(field, message));

    /// <summary>400: what a grain refused, by field.</summary>
    public static Problem Invalid(IEnumerable<FieldProblem> problems) => Invalid(Errors(problems));

    /// <summary>400: another fault of the request that has no field.</summary>
    public static Problem BadRequest(string detail) => new(400, "invalid_request", "The request is not valid", detail);

    /// <summary>401: no key, a wrong one or a revoked one; all alike.</summary>
    public static Problem Unauthenticated() =>
        new(401, "unauthenticated", "An API key is needed", "Send a valid API key: Authorization: Bearer obk_live_…");

    /// <summary>403: the key lacks a scope.</summary>
    public static Problem InsufficientScope(string scope) =>
        new(403, "insufficient_scope", "The key may not do this", $"This needs a key with the scope {scope}.");

    /// <summary>403: only keys of the whole installation may.</summary>
    public static Problem OperatorOnly() =>
        new(403, "insufficient_scope", "The key may not do this", "This needs a key of the whole installation; yours belongs to a party.");

    /// <summary>403: the caller sees it, and somebody else manages it.</summary>
    public static Problem ReadOnly(string what, string id) =>
        new(403, "read_only", "Read only", $"The {what} \"{id}\" is managed by somebody else: you may read it and not write it.");

    /// <summary>404: missing, or not the caller's; all alike.</summary>
    public static Problem NotFound(string what, string id) => new(404, "not_found", "Not found", $"There is no {what} \"{id}\".");

    /// <summary>404: the subscription has accepted no such event.</summary>
    public static Problem UnknownEvent(string source, string id) =>
        new(404, "unknown_event", "No such event", $"The subscription has no event \"{id}\" of {source}.");

    /// <summary>404: the path names nothing.</summary>
    public static Problem NoRoute(string method, string path) =>
        new(404, "no_such_route", "Not found", $"There is nothing at {method} {path}. The routes stand at /docs.");

    /// <summary>404: the clock is the machine's.</summary>
    public static Problem ClockNotManual() => new(404, "clock_not_manual", "There is no sandbox clock",
        "The server runs on the machine's clock. Start it with --clock manual to move time yourself.");

    /// <summary>405.</summary>
    public static Problem MethodNotAllowed(string method) =>
        new(405, "method_not_allowed", "The method is not allowed here", $"{method} is not possible here; the Allow header says what is.");

    /// <summary>409: what stands there does not allow it.</summary>
    public static Problem Conflict(string detail, string code = "conflict") =>
        new(409, code, code == "conflict" ? NotAllowed : InWords(code), detail);

    /// <summary>409: what a grain refused, by field.</summary>
    public static Problem Conflict(IEnumerable<FieldProblem> problems, string code = "conflict")
    {
        var errors = Errors(problems);
        return new(409, code, code == "conflict" ? NotAllowed : InWords(code), Sentence(errors)) { Errors = errors };
    }

    /// <summary>409: the state of a party, or of one above it, allows nothing new.</summary>
    public static Problem NotActive(IEnumerable<FieldProblem> problems)
    {
        var errors = Errors(problems);
        return new(409, "party_not_active", InWords("party_not_active"), Sentence(errors)) { Errors = errors };
    }

    /// <summary>409: a wallet has too little, even after others have given back what they do not need.</summary>
    public static Problem InsufficientFunds(string detail, string limitingLevel) => new(409, "insufficient_funds", "Too little is available", detail)
    {
        More = writer => writer.WriteString("limiting_level", limitingLevel),
    };

    /// <summary>409: a purchase on account that is above the service balance.</summary>
    /// <param name="level">Whose balance: customer or partner, colon, id.</param>
    /// <param name="figures">What it needs and what is available; null: not for this caller.</param>
    public static Problem AboveBalance(string level, (ExactMoney Needed, ExactMoney Available)? figures) => new(409, "insufficient_funds",
        "Too little is available", figures is var (needed, available)
            ? $"This needs {needed.Amount} {needed.Currency}, and the service balance of {level} is {available.Amount} {available.Currency}."
            : $"The service balance of {level} is too low.")
    {
        More = writer =>
        {
            writer.WriteString("limiting_level", level);
            if (figures is not { } told)
                return;
            writer.WriteString("needed", told.Needed.Amount);
            writer.WriteString("available", told.Available.Amount);
        },
    };

    /// <summary>409: usage that is not allowed, with the code that a refused event has.</summary>
    public static Problem UsageRefused(string code, string? limitingLevel) => new(409, code, InWords(code), limitingLevel is null
        ? "The subscription does not take this."
        : code == "partner_suspended" ? $"The service of {limitingLevel} is stopped."
        : code == "insufficient_allowance" ? $"The packages of {limitingLevel} do not cover this." : $"The wallet of {limitingLevel} has too little.")
    {
        More = limitingLevel is null ? null : writer => writer.WriteString("limiting_level", limitingLevel),
    };

    /// <summary>409: an Idempotency-Key came with another request before.</summary>
    public static Problem IdempotencyConflict() => new(409, "idempotency_conflict", "The Idempotency-Key was used before",
        "This Idempotency-Key came with another path or body before. Use a new key for a new command.");

    /// <summary>409: the first request with this key is still being worked on.</summary>
    public static Problem IdempotencyInProgress() => new(409, "idempotency_in_progress", "The command is still running",
        "The first request with this Idempotency-Key is still running. Send it again in a moment.") { RetryAfterSeconds = 1 };

    /// <summary>410: it is in an archive.</summary>
    public static Problem Archived(string archive, string until) => new(410, "archived", "It is in an archive",
        $"What was asked for needs usage of periods until {until}, which is in the archive {archive}. Ask for a later range, or put the archive back.")
    {
        More = writer =>
        {
            writer.WriteString("archive", archive);
            writer.WriteString("until", until);
        },
    };

    /// <summary>413.</summary>
    public static Problem TooLarge(long bytesMax) =>
        new(413, "body_too_large", "The body is too large", $"The body may have at most {bytesMax} bytes here.");

    /// <summary>415.</summary>
    public static Problem UnsupportedMediaType(string? given) => new(415, "unsupported_media_type", "The content type is not supported here",
        given is null ? "Say what the body is: Content-Type: application/json." : $"Send the body as application/json, not as {given}.");

    /// <summary>429: the caller, or the process, is over its bound; nothing was taken.</summary>
    public static Problem Overloaded() => new(429, "overloaded", "Too much at once",
        "The server has no room for this now. Nothing was taken: send it again later.") { RetryAfterSeconds = 1 };

    /// <summary>500: a bug. Says nothing about the inside.</summary>
    public static Problem Internal(string trace) =>
        new(500, "internal_error", "Something is broken here", $"This is a fault of the server. Quote {trace} when you report it.");

    /// <summary>503: nothing was done.</summary>
    public static Problem Unavailable() => new(503, "unavailable", "Not available now",
        "A part of the server is away for the moment. Nothing was done: send it again later.") { RetryAfterSeconds = 2 };

    /// <summary>503: the sandbox clock stopped on its way.</summary>
    public static Problem DueWorkFailed(string detail, Action<Utf8JsonWriter> more) =>
        new(503, "due_work_failed", "Due work failed", detail) { RetryAfterSeconds = 2, More = more };

    /// <summary>503: maybe done.</summary>
    public static Problem OutcomeUnknown() => new(503, "outcome_unknown", "The outcome is not known",
        "It may have been done, or not. Send it again with the same ids: nothing is done twice.") { RetryAfterSeconds = 2 };

    /// <summary>Any other status that the framework answers without a body.</summary>
    public static Problem Other(int status) => new(status, "http_" + status.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), "The request could not be answered.");

    private static string InWords(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ');

    private static FieldErrors Errors(IEnumerable<FieldProblem> problems)
    {
        var errors = new FieldErrors();
        foreach (var problem in problems) errors.Add(problem.Field, problem.Message);
        return errors;
    }

    // The first message in full, so that a log line of a client already says what to mend.
    private static string Sentence(FieldErrors errors)
    {
        var all = errors.SelectMany(field => field.Value.Select(message => $"{field.Key}: {message}")).ToList();
        return all.Count switch
        {
            0 => "The request was refused.",
            1 => all[0] + ".",
            _ => $"{all[0]}; and {all.Count - 1} more under errors.",
        };
    }
}
