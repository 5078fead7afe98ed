// One account: reads what was appended by others, decides, appends, applies, answers.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Storage;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces.Accounts;

namespace OrleansBilling.Grains.Accounts;

/// <summary>
/// Closes append to accounts without asking them, so the state is brought up to date before each decision; the append stands only if nobody was
/// faster (<see cref="AccountLedger"/>).
/// </summary>
[GrainType("account")]
public sealed class AccountGrain(AccountServices services) : Grain, IAccountGrain
{
    private AccountLedger? ledger;

    private AccountLedger Ledger => ledger ??= new AccountLedger(AccountKey.Parse(this.GetPrimaryKeyString()), services);

    /// <inheritdoc/>
    public async Task<AccountAnswer> Execute(AccountMessage message, CancellationToken cancel)
    {
        var command = AccountCommand.Read(message.Command);
        var refusal = await Ledger.Decide(command.Decide, message.Actor, cancel);
        return refusal is null
            ? new AccountAnswer { Body = Billing.Json.Definitions.Write(command.Answer(Ledger.State)) }
            : new AccountAnswer { Refusal = refusal.Code, Detail = refusal.Detail, Field = refusal.Field };
    }

    /// <inheritdoc/>
    public async Task<decimal?> PriceOf(string agreement, string charge, decimal net, string day, CancellationToken cancel)
    {
        var on = NodaTime.Text.LocalDatePattern.Iso.Parse(day).GetValueOrThrow();
        if (await services.Purchases.Of(agreement, net, on, cancel) is not { } priced)
            return null;
        await Ledger.Refresh(cancel);
        return Ledger.State.Charges.Find(charge) is null ? priced.Amount : null;
    }

    /// <inheritdoc/>
    public async Task<SealChargesAnswer> SealCharges(SealChargesCommand command, CancellationToken cancel)
    {
        var order = new SealOrder(command.Calendar, command.Period, Micros.Instant(command.EndMicros), command.Agreement, command.OtherNet,
            RoundingModes.Parse(command.Rounding));
        await Ledger.Refresh(cancel);
        if (ChargeSealer.Foreign(Ledger.State, command.Agreement) is { Count: > 0 } currencies)
            order = order with { Rates = await Rates(currencies, cancel), On = await InvoicingDate(command.Calendar, order.End, cancel) };
        if (!command.Preview)
            await Ledger.Decide(state => ChargeSealer.Record(state, order), AccountLedger.System, cancel);
        return new SealChargesAnswer { Charges = Billing.Json.Definitions.Write(SealedCharge.Of(Ledger.State, ChargeSealer.Take(Ledger.State, order))) };
    }

    // The day on which the period has ended there.
    private async Task<NodaTime.LocalDate> InvoicingDate(string calendar, NodaTime.Instant end, CancellationToken cancel) => LocalDays.At(end,
        NodaTime.DateTimeZoneProviders.Tzdb[(await services.Catalogue.Find<Calendar>(DefinitionKinds.Calendar, calendar, cancel))!.TimeZone]);

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<DatedFxRate>>> Rates(IReadOnlyList<string> currencies, CancellationToken cancel)
    {
        var rates = new Dictionary<string, IReadOnlyList<DatedFxRate>>(StringComparer.Ordinal);
        foreach (var currency in currencies)
            rates[currency] = await services.Fx.Rates(currency, Ledger.State.Key.Currency, cancel);
        return rates;
    }

    /// <inheritdoc/>
    public async Task<bool> Work(CancellationToken cancel)
    {
        await Ledger.Decide(Allocations.ToNewDocuments, AccountLedger.System, cancel);
        services.Crash.Reach(CrashPoints.CreditUsed);
        await AccountDuties.Do(Ledger, services, cancel);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> Adopt(CancellationToken cancel)
    {
        var key = Ledger.State.Key;
        var invoices = await services.Documents.Unopened(key.Id, key.Seller, key.Buyer, key.Currency, Limits.AdoptedMax, cancel);
        foreach (var invoice in invoices)
        {
            await Ledger.Decide(state => state.Document(invoice.Number!) is null ? Decision.Of(OpenedInvoices.Of(invoice)) : Decision.Nothing,
                AccountLedger.System, cancel);
        }

        return invoices.Count < Limits.AdoptedMax;
    }
}
