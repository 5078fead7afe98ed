// Reminders as grains see them: named, stored, ticking even when the grain is not active.
using OrleansBilling.Embedded;

namespace Orleans.Runtime
{
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    [GenerateSerializer, Immutable, Alias("Orleans.TickStatus")]
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        [Id(0)]
        public DateTime FirstTickTime { get; } = firstTickTime;

        [Id(1)]
        public TimeSpan Period { get; } = period;

        [Id(2)]
        public DateTime CurrentTickTime { get; } = timeStamp;

        public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
    }
}

namespace Orleans
{
    public interface IRemindable : IGrain
    {
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    public static class GrainReminderExtensions
    {
        public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        {
            ArgumentNullException.ThrowIfNull(grain);
            if (string.IsNullOrWhiteSpace(reminderName)) throw new ArgumentNullException(nameof(reminderName));
            if (grain is not IRemindable) throw new InvalidOperationException($"{grain.IdentityString} is not '{nameof(IRemindable)}'.");
            return Service(grain).Register(grain.Activation, reminderName, dueTime, period);
        }

        public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return Task.FromResult<IGrainReminder?>(Service(grain).Find(grain.Activation, reminderName));
        }

        public static Task<List<IGrainReminder>> GetReminders(this Grain grain)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return Task.FromResult(Service(grain).All(grain.Activation));
        }

        public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return Service(grain).Unregister(grain.Activation, reminder);
        }

        static ReminderService Service(Grain grain) => grain.Activation.Class.Engine.Reminders;
    }
}
