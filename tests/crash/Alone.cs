// Tests that say how soon something happens run when nothing else does.
namespace OrleansBilling.Crash.Tests;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
