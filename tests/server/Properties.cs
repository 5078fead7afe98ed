// Four classes at a time, each with a server and a store of its own: starting processes and waiting for what is due leaves two cores half idle.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: AssemblyFixture(typeof(OrleansBilling.TestSupport.PostgresDatabases))]
