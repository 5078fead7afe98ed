// A seam for tests: code that runs at the named points of a flush, and may throw or wait there.
namespace OrleansBilling.Storage.Journal;

/// <summary>How far a flush has come. Up to Sending nothing can have been written; from Committing on only the answer can tell.</summary>
enum FlushStage
{
    Connecting,
    Beginning,
    Sending,
    Committing,
    Committed,
}

/// <summary>Called on entering a stage; production has none.</summary>
delegate ValueTask FlushProbe(FlushStage stage);

sealed class CrashProbe(CrashPoints points)
{
    /// <summary>Stages as points of a process that is to die at one of them.</summary>
    public ValueTask Reach(FlushStage stage)
    {
        points.Reach(stage switch
        {
            FlushStage.Sending => CrashPoints.FlushSending,
            FlushStage.Committing => CrashPoints.FlushCommitting,
            FlushStage.Committed => CrashPoints.FlushCommitted,
            _ => "",
        });
        return ValueTask.CompletedTask;
    }
}
