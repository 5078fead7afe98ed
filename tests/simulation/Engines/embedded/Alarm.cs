// What the product logs as critical (a parked stream, a report that cannot be) must not happen in any run.
using Microsoft.Extensions.Logging;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests;

internal sealed class Alarm(ClientLog log) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            log.Add(new Surprise($"Logged: {formatter(state, exception)} {exception?.Message}"));
    }

    public void Dispose()
    {
    }
}
