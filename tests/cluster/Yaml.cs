// A few words for reading YAML documents.
using YamlDotNet.RepresentationModel;

namespace OrleansBilling.Cluster.Tests;

static class Yaml
{
    const string MergeKey = "<<";

    /// <summary>The documents of a text, with "&lt;&lt;" merged in as compose does: what a mapping says itself wins.</summary>
    public static IReadOnlyList<YamlMappingNode> Merged(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => (YamlMappingNode)Merge(document.RootNode))];
    }

    public static YamlMappingNode Of(this YamlMappingNode node, string name) => (YamlMappingNode)node.Children[name];

    public static string Text(this YamlMappingNode node, string name) => ((YamlScalarNode)node.Children[name]).Value!;

    public static List<string> Words(this YamlMappingNode node, string name) => [.. ((YamlSequenceNode)node.Children[name]).Select(one => ((YamlScalarNode)one).Value!)];

    static YamlNode Merge(YamlNode node)
    {
        if (node is YamlSequenceNode list) return new YamlSequenceNode(list.Select(Merge));
        if (node is not YamlMappingNode mapping) return node;
        var merged = new YamlMappingNode();
        foreach (var (key, value) in mapping.Children)
            if (key is not YamlScalarNode { Value: MergeKey }) merged.Add(key, Merge(value));
        if (mapping.Children.TryGetValue(MergeKey, out var under))
            foreach (var (key, value) in ((YamlMappingNode)Merge(under)).Children)
                if (!merged.Children.ContainsKey(key)) merged.Add(key, value);
        return merged;
    }
}
