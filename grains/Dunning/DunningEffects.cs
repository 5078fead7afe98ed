// What steps of dunning do: messages, charges, collection, the state of the debtor. Each has a name of its own and can be repeated.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.Grains.Accounts;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.Grains.Dunning;

/// <summary>Called behind the append of what it does, again and again until <see cref="EffectsDone"/> stands.</summary>
public sealed class DunningEffects(INotificationStore notifications, IGrainFactory grains)
{
    private const int ChargeIdLength = 32;

    /// <summary>Does everything that a case has pending.</summary>
    public async Task Do(AccountKey account, string agreement, DunningCase state, CancellationToken cancel)
    {
        // The state first: that the debtor is told of it is no use before it is so.
        if (state is { StatusPending: true, Asked: { } asked })
            await grains.GetGrain<IPartyStateGrain>(account.Buyer).Do(new PartyStateCommand
            {
                Verb = (byte)PartyVerb.Dun, Status = asked.Status.Word(), Reason = asked.Reason, Actor = "dunning", Case = agreement,
                CaseVersion = state.AskedVersion, Zone = asked.Zone,
            }, cancel);
        foreach (var step in state.Pending.Where(step => step.Charge is not null))
            await Charge(account, agreement, step, cancel);
        foreach (var step in state.Pending.Where(step => step.Action == DunningActions.Collect))
            await Ask(account, new CollectAgain(step.Document, step.Step, step.At), cancel);
        if (state.Pending.Length + state.Untold.Length > 0)
            await notifications.Add([.. state.Pending.Select(step => Told(account, agreement, step)),
                .. state.Untold.Select(fell => Told(account, agreement, fell))], cancel);
    }

    private async Task Charge(AccountKey account, string agreement, StepTaken step, CancellationToken cancel)
    {
        var late = step.Charge!;
        var fact = new Charged
        {
            Id = IdOf(agreement, step), Agreement = agreement, Kind = late.Kind, At = step.At, Amount = late.Amount, From = late.From, To = late.To,
            Description = late.Kind == "interest" ? $"Interest on {step.Document}" : $"Late fee for {step.Document}", Source = step.Document,
        };
        await Ask(account, new PostCharge(fact), cancel);
    }

    private async Task Ask(AccountKey account, AccountCommand command, CancellationToken cancel)
    {
        var answer = await grains.GetGrain<IAccountGrain>(account.Id).Execute(new AccountMessage { Command = command.ToText(), Actor = "dunning" }, cancel);
        if (answer.Refusal is { } refusal)
            throw new InvalidOperationException($"Account {account.Id} refused what dunning asked: {refusal} {answer.Detail}");
    }

    // Told to the debtor; what is for the creditor's own people, to the creditor.
    private static NewNotification Told(AccountKey account, string agreement, StepTaken step) => new(
        $"dunning/{agreement}/{step.Episode ?? "-"}/{step.Document}/{step.Step}", step.At, "dunning_" + step.Action,
        step.Action == "notify_admin" ? account.Seller : account.Buyer, JsonSerializer.Serialize(new
        {
            Agreement = agreement, Party = account.Buyer, step.Document, step.Step, step.Text, account.Currency, step.Charge?.Amount,
        }, BillingJson.Options));

    // The key is the crossing: told again it is the same message.
    private static NewNotification Told(AccountKey account, string agreement, BalanceFell fell) => new($"dunning/{agreement}/balance/{fell.Number}",
        fell.At, "dunning_" + fell.Action, fell.Action == "notify_admin" ? account.Seller : account.Buyer, JsonSerializer.Serialize(new
        {
            Agreement = agreement, Party = account.Buyer, fell.Step, fell.Text, account.Currency, fell.Available,
        }, BillingJson.Options));

    private static string IdOf(string agreement, StepTaken step) =>
        "late-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{agreement}\n{step.Document}\n{step.Step}")))[..ChargeIdLength];
}
