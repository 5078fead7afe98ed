// What the engine logs: failures nobody else would see.
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Embedded;

internal sealed partial class EngineLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Warning, "One-way {Method} failed in {Grain}")]
    private partial void LogOneWayFailed(Exception error, string method, string grain);

    [LoggerMessage(2, LogLevel.Warning, "A callback of {Name} failed in {Grain}")]
    private partial void LogCallbackFailed(Exception error, string name, string grain);

    [LoggerMessage(3, LogLevel.Warning, "{Grain} could not be activated")]
    private partial void LogActivationFailed(Exception error, string grain);

    [LoggerMessage(4, LogLevel.Warning, "{Grain} failed while it was deactivated")]
    private partial void LogDeactivationFailed(Exception error, string grain);

    [LoggerMessage(5, LogLevel.Warning, "Reminder {Name} failed in {Grain}")]
    private partial void LogReminderFailed(Exception error, string name, string grain);

    internal void OneWayFailed(Exception error, string method, Activation activation) => LogOneWayFailed(error, method, activation.ToString());

    internal void CallbackFailed(Exception error, string name, Activation activation) => LogCallbackFailed(error, name, activation.ToString());

    internal void ActivationFailed(Exception error, Activation activation) => LogActivationFailed(error, activation.ToString());

    internal void DeactivationFailed(Exception error, Activation activation) => LogDeactivationFailed(error, activation.ToString());

    internal void ReminderFailed(Exception error, string name, string grain) => LogReminderFailed(error, name, grain);
}
