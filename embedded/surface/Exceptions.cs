// What the engine itself throws at callers.
using OrleansBilling.Embedded;

namespace Orleans.Runtime
{
    [GenerateSerializer, Alias("Orleans.OrleansException")]
    public class OrleansException : Exception
    {
        public OrleansException() : base("Unexpected error.")
        {
        }

        public OrleansException(string message) : base(message)
        {
        }

        public OrleansException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.OrleansMessageRejectionException")]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.SiloUnavailableException")]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException() : base("Silo unavailable")
        {
        }

        public SiloUnavailableException(string msg) : base(msg)
        {
        }

        public SiloUnavailableException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    [GenerateSerializer, Alias("Orleans.ReminderException")]
    public sealed class ReminderException(string message) : OrleansException(message);
}

namespace Orleans.Storage
{
    [GenerateSerializer, Alias("Orleans.InconsistentStateException")]
    public class InconsistentStateException : OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message) : base(message)
        {
        }

        public InconsistentStateException(string message, Exception innerException) : base(message, innerException)
        {
        }

        public InconsistentStateException(string errorMsg, string storedEtag, string currentEtag) : base(errorMsg)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string errorMsg, string storedEtag, string currentEtag, Exception storageException)
            : base(errorMsg, storageException)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        [Id(1)]
        public string? StoredEtag { get; private set; }

        [Id(2)]
        public string? CurrentEtag { get; private set; }

        // Only the activation whose state was stale is thrown away, not each one the exception travels through.
        [field: NonSerialized]
        internal Activation? StaleActivation { get; set; }
    }
}
