// Plots are well-formed SVG with every curve in them, whatever the values.
using System.Xml.Linq;
using OrleansBilling.LoadTests.Bench;

namespace OrleansBilling.LoadTests.Tests;

public sealed class SvgPlotTests
{
    static readonly Curve Rising = new("p99 <ms>", [(0, 1), (50_000, 12), (150_000, 480)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_curve_is_a_line_through_all_its_points_within_the_page(bool logarithmic)
    {
        var svg = Document(new Plot("x", "Title & more", "offered", "ms", [Rising, new Curve("p50", [(0, 0.5), (150_000, 3)])], logarithmic));
        var lines = Named(svg, "polyline");
        lines.Count.ShouldBe(2);
        var places = lines[0].Attribute("points")!.Value.Split(' ').Select(place => place.Split(',').Select(one => double.Parse(one, null)).ToArray()).ToList();
        places.Count.ShouldBe(3);
        places.ShouldAllBe(place => place[0] >= 80 && place[0] <= 740 && place[1] >= 60 && place[1] <= 360);
        (places[0][1] > places[1][1] && places[1][1] > places[2][1]).ShouldBeTrue("larger values are higher up");
        Named(svg, "text").Select(text => text.Value).ShouldContain("p99 <ms>");
    }

    [Fact]
    public void A_logarithmic_axis_leaves_out_zeros() =>
        Named(Document(new Plot("x", "t", "x", "y", [new Curve("c", [(0, 0), (1, 10), (2, 100)])], Logarithmic: true)), "circle").Count.ShouldBe(2);

    [Fact]
    public void No_points_and_one_point_are_drawn_too()
    {
        Named(Document(new Plot("x", "t", "x", "y", [new Curve("c", [])])), "circle").ShouldBeEmpty();
        Named(Document(new Plot("x", "t", "x", "y", [new Curve("c", [(5, 7)])])), "circle").ShouldHaveSingleItem();
    }

    static XDocument Document(Plot plot) => XDocument.Parse(SvgPlot.Of(plot));

    static List<XElement> Named(XDocument svg, string name) => [.. svg.Descendants().Where(one => one.Name.LocalName == name)];
}
