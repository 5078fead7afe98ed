// Payments and limits as clients saw them against the journal.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Auditing;

internal sealed class MoneyAudit(ClientLog log, Dictionary<string, WalletBook> wallets, Findings findings)
{
    private readonly Dictionary<int, MoneySent> requests = [];
    private readonly Dictionary<MoneySent, (string Word, int Before)> decided = [];

    public void Check()
    {
        var newest = 0;
        foreach (var entry in log.Entries)
        {
            if (entry is MoneySent sent)
                requests[newest = sent.Request] = sent;
            else if (entry is MoneyAnswered answer)
                Hear(requests[answer.Request], answer, newest);
        }

        foreach (var (id, wallet) in wallets)
        {
            foreach (var credit in wallet.Credits.Where(credit => credit.From.Length == 0))
                findings.Require(requests.Values.Any(sent => (sent.Verb, sent.Wallet, sent.Reference, sent.Amount, sent.ExpiresMicros) == ("top_up", id, credit.Reference, credit.Amount, credit.Expires)),
                    Kind.Unasked, () => $"{id} is credited {credit.Amount} ({credit.Reference}), which nobody paid so.");
            foreach (var payment in wallet.Payments.Values)
                findings.Require(requests.Values.Any(sent => (sent.Verb, sent.Wallet, sent.Reference, sent.To, sent.Amount, sent.Credited)
                    == ("transfer", id, payment.Reference, payment.To, payment.Amount, payment.Credited)), Kind.Unasked, () => $"{id} pays {payment.Amount} to {payment.To}, which nobody asked for.");
            foreach (var limits in wallet.AllLimits)
                Limits(id, limits);
        }
    }

    private void Hear(MoneySent sent, MoneyAnswered answer, int newest)
    {
        var (name, about) = ($"{sent.Verb} {sent.Wallet} {sent.Reference} {sent.Amount}", sent with { Request = 0 });
        findings.Require(!answer.Word.StartsWith("odd", StringComparison.Ordinal), Kind.Answer, () => $"{name} is answered {answer.Word}.");
        if (decided.TryGetValue(about, out var first) && sent.Request > first.Before)
            findings.Require(answer.Word == first.Word || answer.Word == "unknown", Kind.Answer, () => $"{name} was {first.Word} and is answered {answer.Word} now.");
        if (answer.Word is not ("done" or "conflict"))
            return;
        decided.TryAdd(about, (answer.Word, newest));
        var stands = sent.Verb == "top_up"
            ? wallets[sent.Wallet].Credits.Exists(credit => (credit.From, credit.Reference, credit.Amount, credit.Expires) == ("", sent.Reference, sent.Amount, sent.ExpiresMicros))
            : wallets[sent.Wallet].Payments.GetValueOrDefault(sent.Reference) is { } payment && (payment.To, payment.Amount, payment.Credited) == (sent.To, sent.Amount, sent.Credited)
                && wallets[sent.To].Credits.Exists(credit => (credit.From, credit.Reference) == (sent.Wallet, sent.Reference));
        findings.Require(stands == (answer.Word == "done"), Kind.Lost, () => $"{name} was answered {answer.Word}, but {(stands ? "stands" : "does not stand")} in the journal.");
    }

    private void Limits(string wallet, LimitsSet limits)
    {
        var known = log.Entries.OfType<LimitSent>().Where(sent => sent.Wallet == wallet).Select(sent => sent.Limit).ToHashSet();
        findings.Require(known.Contains(limits.Limit) && (limits.Temporary is not { } other || known.Contains(other)), Kind.Unasked,
            () => $"{wallet} has limits {limits.Limit} and {limits.Temporary}, which nobody set.");
    }
}
