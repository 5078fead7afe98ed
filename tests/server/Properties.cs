// One server at a time: the scenarios share two cores with the servers that they start.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
