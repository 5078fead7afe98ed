// What accounts answer, as the API says it.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Sends a command to an account.</summary>
public static class AccountAnswers
{
    /// <summary>What it answered, or the problem.</summary>
    public static async Task<(T? Value, Problem? Problem)> Ask<T>(this IGrainFactory grains, string account, AccountCommand command, string actor,
        CancellationToken cancel) where T : class
    {
        var answer = await grains.GetGrain<IAccountGrain>(account).Execute(new AccountMessage { Command = command.ToText(), Actor = actor }, cancel);
        return answer switch
        {
            { Refusal: null } => (Definitions.Stored<T>(answer.Body), null),
            { Field: { } field } => (null, Problems.Invalid(field, answer.Detail!)),
            _ => (null, Problems.Conflict(answer.Detail!, answer.Refusal)),
        };
    }
}

/// <summary>An exact amount with at least the currency's digits.</summary>
public sealed record ExactMoney(string Amount, string Currency)
{
    /// <summary>Of an amount.</summary>
    public static ExactMoney Of(decimal amount, string currency) => new(AmountText.Exact(amount, currency), currency);
}
