// Lists: ?limit= and ?cursor=, and one page of an answer.
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>What a list request says about its page.</summary>
/// <param name="Limit">Rows at most, 1 to 200.</param>
/// <param name="Cursor">The next_cursor of the page before.</param>
public sealed record PageQuery([FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor)
{
    // Text instead of a number: so the answer to limit=many names the field.
    /// <summary>The page wanted, or the problem.</summary>
    public (Page? Page, Problem? Problem) Read()
    {
        var limit = Limits.PageDefault;
        var known = Limit is null || int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
        if (!known || limit is < 1 or > Limits.PageMax)
            return (null, Problems.Invalid("limit", $"must be 1 to {Limits.PageMax}"));
        if (Cursor is { Length: > Limits.HeaderLengthMax } || Cursor?.Contains('\0') == true)
            return (null, Problems.Invalid("cursor", "must be a next_cursor that was answered before"));
        return (new Page(limit, string.IsNullOrEmpty(Cursor) ? null : Cursor), null);
    }
}

/// <summary>The page wanted.</summary>
public sealed record Page(int Limit, string? Cursor)
{
    /// <summary>
    /// Collects the rows that the caller sees. Looks at no more than <see cref="Limits.ScanMax"/> rows, so a page may be short although there
    /// are more: the cursor says so.
    /// </summary>
    public async Task<PageOf<T>> Collect<T>(Func<string?, int, Task<IReadOnlyList<T>>> fetch, Func<T, string> cursorOf, Func<T, ValueTask<bool>>? sees = null)
    {
        var items = new List<T>();
        var after = Cursor;
        for (var scanned = 0; scanned < Limits.ScanMax;)
        {
            var rows = await fetch(after, Limit + 1);
            foreach (var row in rows)
            {
                if (items.Count == Limit)
                    return new PageOf<T>(items, after);
                if (sees is null || await sees(row))
                    items.Add(row);
                after = cursorOf(row);
                scanned++;
            }

            if (rows.Count <= Limit)
                return new PageOf<T>(items, null);
        }

        return new PageOf<T>(items, after);
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Data">The rows.</param>
/// <param name="NextCursor">Where the next page begins; null: there is none.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor)
{
    /// <summary>The same page of other rows.</summary>
    public PageOf<TOther> Select<TOther>(Func<T, TOther> map) => new([.. Data.Select(map)], NextCursor);
}
