// CSV that a spreadsheet shows and never runs.
using System.Buffers;
using System.Text;
using OrleansBilling.ClientApi.Events;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Events;

public sealed class CsvLineTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+358", "\"'+358\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("＋1", "\"'＋1\"")]
    [InlineData("－1", "\"'－1\"")]
    [InlineData("＠x", "\"'＠x\"")]
    [InlineData("\"=1", "\"\"\"=1\"")]
    [InlineData("ä😀", "\"ä😀\"")]
    public void a_cell_is_quoted_and_never_a_formula(string cell, string written) => Line(cell).ShouldBe(written + "\r\n");

    [Fact]
    public void cells_are_separated_by_commas() => Line("a", "", "b").ShouldBe("\"a\",\"\",\"b\"\r\n");

    private static string Line(params string[] cells)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CsvLine.Write(buffer, number: -1, cells);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
