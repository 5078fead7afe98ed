// What a wallet says in the log.
using Microsoft.Extensions.Logging;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.Grains.Wallets;

internal static partial class WalletLog
{
    [LoggerMessage(1301, LogLevel.Warning, "Wallet {Wallet}: wallet {Around} around it has not taken its totals, they are told again")]
    public static partial void NotTold(ILogger log, Exception fault, string wallet, string around);

    [LoggerMessage(1302, LogLevel.Warning, "Wallet {Wallet}: payment {Reference} to {To} has not arrived ({Outcome}), it is sent again")]
    public static partial void NotDelivered(ILogger log, string wallet, string reference, string to, WalletOutcome outcome);

    [LoggerMessage(1303, LogLevel.Warning, "Wallet {Wallet}: payment {Reference} to {To} was not answered, it is sent again")]
    public static partial void NotAnswered(ILogger log, Exception fault, string wallet, string reference, string to);

    [LoggerMessage(1304, LogLevel.Critical, "Wallet {Wallet}: {Child} says what cannot be; nothing of it was taken")]
    public static partial void Damaged(ILogger log, Exception fault, string wallet, string child);

    [LoggerMessage(1306, LogLevel.Warning, "Wallet {Wallet}: what it crossed could not be told, it is told again")]
    public static partial void AlertNotTold(ILogger log, Exception fault, string wallet);

    [LoggerMessage(1308, LogLevel.Warning, "Wallet {Wallet}: who waits for money could not be woken, the look of the next day finds it")]
    public static partial void NobodyWoken(ILogger log, Exception fault, string wallet);

    [LoggerMessage(1309, LogLevel.Warning, "Wallet {Wallet}: its top-up is not known to be asked for, it is asked for again")]
    public static partial void NotAsked(ILogger log, Exception fault, string wallet);

    [LoggerMessage(1307, LogLevel.Warning, "Wallet {Wallet}: its money is not known to stand in the books, it is told again")]
    public static partial void NotBooked(ILogger log, Exception fault, string wallet);

    [LoggerMessage(1305, LogLevel.Warning, "Wallet {Wallet}: a tick did nothing, the next one tries again")]
    public static partial void TickFailed(ILogger log, Exception fault, string wallet);
}
