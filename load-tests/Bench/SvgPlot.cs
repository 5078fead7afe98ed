// A line chart as SVG: axes with round steps, one colour a curve, a legend. Nothing but text.
using System.Globalization;
using System.Security;
using System.Text;

namespace OrleansBilling.LoadTests.Bench;

sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>The name is the file's. With a logarithmic y axis, values of 0 are left out.</summary>
sealed record Plot(string Name, string Title, string XLabel, string YLabel, IReadOnlyList<Curve> Curves, bool Logarithmic = false);

static class SvgPlot
{
    const int Width = 760;
    const int Height = 420;
    const int Left = 80;
    const int Right = 20;
    const int Top = 60;
    const int Bottom = 60;
    static readonly string[] Colours = ["#1b6ca8", "#d1495b", "#3a7d44", "#8d6a9f", "#b08900"];

    /// <summary>The whole document.</summary>
    public static string Of(Plot plot)
    {
        var points = plot.Curves.SelectMany(curve => curve.Points).Where(point => !plot.Logarithmic || point.Y > 0).ToList();
        var x = Axis.Linear(points.Select(point => point.X), Left, Width - Right);
        var ys = points.Select(point => point.Y);
        var y = plot.Logarithmic ? Axis.Decades(ys, Height - Bottom, Top) : Axis.Linear(ys.Append(0), Height - Bottom, Top);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="sans-serif" font-size="12">""");
        text.Append("""<rect width="100%" height="100%" fill="white"/>""");
        Label(text, Left, 22, "start", plot.Title, 15);
        Label(text, (Left + Width - Right) / 2.0, Height - 14, "middle", plot.XLabel);
        text.Append(CultureInfo.InvariantCulture, $"""<g transform="rotate(-90 16 {(Top + Height - Bottom) / 2.0})">""");
        Label(text, 16, (Top + Height - Bottom) / 2.0, "middle", plot.YLabel);
        text.Append("</g>");
        foreach (var step in y.Steps)
        {
            Line(text, Left, y.At(step), Width - Right, y.At(step));
            Label(text, Left - 6, y.At(step) + 4, "end", Number(step));
        }

        foreach (var step in x.Steps)
        {
            Line(text, x.At(step), Top, x.At(step), Height - Bottom);
            Label(text, x.At(step), Height - Bottom + 18, "middle", Number(step));
        }

        for (var index = 0; index < plot.Curves.Count; index++)
            Draw(text, plot, index, x, y);
        return text.Append("</svg>\n").ToString();
    }

    static void Draw(StringBuilder text, Plot plot, int index, Axis x, Axis y)
    {
        var (curve, colour, legendAt) = (plot.Curves[index], Colours[index % Colours.Length], Left + (index * 120));
        var places = curve.Points.Where(point => !plot.Logarithmic || point.Y > 0).Select(point => (X: x.At(point.X), Y: y.At(point.Y))).ToList();
        var path = string.Join(' ', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.X:0.#},{place.Y:0.#}")));
        text.Append(CultureInfo.InvariantCulture, $"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>""");
        foreach (var place in places)
            text.Append(CultureInfo.InvariantCulture, $"""<circle cx="{place.X:0.#}" cy="{place.Y:0.#}" r="2.5" fill="{colour}"/>""");
        text.Append(CultureInfo.InvariantCulture, $"""<rect x="{legendAt}" y="34" width="14" height="4" fill="{colour}"/>""");
        Label(text, legendAt + 20, 40, "start", curve.Name);
    }

    static void Line(StringBuilder text, double x1, double y1, double x2, double y2) =>
        text.Append(CultureInfo.InvariantCulture, $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="#dddddd"/>""");

    static void Label(StringBuilder text, double x, double y, string anchor, string words, int size = 12) =>
        text.Append(CultureInfo.InvariantCulture, $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" font-size="{size}">{SecurityElement.Escape(words)}</text>""");

    static string Number(double value) => Math.Abs(value) >= 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1000:0.#}k")
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.###}");

    /// <summary>From values to places on the page.</summary>
    sealed record Axis(double From, double To, int First, int Last, IReadOnlyList<double> Steps, bool Logarithmic)
    {
        /// <summary>Begins and ends at a round step: 1, 2 or 5 times a power of ten.</summary>
        public static Axis Linear(IEnumerable<double> values, int first, int last)
        {
            var (least, most) = (values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(1).Max());
            var rough = Math.Max(most - least, 1e-9) / 6;
            var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            var step = new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= rough) * power;
            var (from, to) = (Math.Floor(least / step) * step, Math.Ceiling(most / step) * step);
            if (to <= from)
                to = from + step;
            var count = (int)Math.Round((to - from) / step);
            return new Axis(from, to, first, last, [.. Enumerable.Range(0, count + 1).Select(number => from + (number * step))], false);
        }

        public static Axis Decades(IEnumerable<double> values, int first, int last)
        {
            var (least, most) = (values.DefaultIfEmpty(1).Min(), values.DefaultIfEmpty(10).Max());
            var (from, to) = ((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most)));
            to = Math.Max(to, from + 1);
            return new Axis(from, to, first, last, [.. Enumerable.Range(from, to - from + 1).Select(power => Math.Pow(10, power))], true);
        }

        public double At(double value) => First + (((Logarithmic ? Math.Log10(value) : value) - From) / (To - From) * (Last - First));
    }
}
