// What must be true of a copy before a row of it is taken.
namespace OrleansBilling.Storage.Operating;

static class ImportRules
{
    /// <summary>The copy has exactly the tables and columns that its migration makes: names of it go into statements.</summary>
    public static async Task RequireSame(CopyHeader header, CancellationToken cancel)
    {
        var known = await StoreSchema.After(header.Migration, cancel);
        var same = known.Count == header.Tables.Count && known.Zip(header.Tables).All(pair => pair.First.Name == pair.Second.Name
            && pair.First.Columns.SequenceEqual(pair.Second.Columns));
        if (!same)
            throw new StorageException(StorageFailure.Refused, $"The copy says to be of migration {header.Migration}, but does not have the tables of that. Nothing of it is used.");
    }
}
