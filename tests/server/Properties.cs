// Two classes at a time, each with a server and a store of its own: starting processes leaves half of two cores idle.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
