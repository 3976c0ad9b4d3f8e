using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Sizes;

/// <summary>How long a file or a method is, in lines. <see cref="Key"/> is the path, and for a method `#Type.Method` after it.</summary>
public readonly record struct CodeSize(string Key, string Path, int Line, int Lines, bool IsMethod)
{
    private static readonly CSharpParseOptions Newest = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    /// <summary>The file's size and each method's, from its first modifier to its closing brace; comments above do not count.</summary>
    public static IEnumerable<CodeSize> Of(SourceFile file)
    {
        yield return new CodeSize(file.Path, file.Path, 1, file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1, IsMethod: false);
        var root = CSharpSyntaxTree.ParseText(file.Text, Newest).GetRoot();
        foreach (var node in root.DescendantNodes())
        {
            if (NameOf(node) is { } name)
            {
                yield return Measure(file.Path, name, node, node);
            }
        }

        var statements = root.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count > 0)
        {
            yield return Measure(file.Path, "(top level)", statements[0], statements[^1]);
        }
    }

    private static CodeSize Measure(string path, string name, SyntaxNode first, SyntaxNode last)
    {
        var start = first.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        var end = last.GetLocation().GetLineSpan().EndLinePosition.Line + 1;
        return new CodeSize($"{path}#{name}", path, start, end - start + 1, IsMethod: true);
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => TypeOf(node) + method.Identifier.Text,
        BaseMethodDeclarationSyntax special => TypeOf(node) + special.Kind().ToString().Replace("Declaration", "", StringComparison.Ordinal),
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } accessor =>
            $"{TypeOf(node)}{property.Identifier.Text}.{accessor.Keyword.Text}",
        _ => null,
    };

    private static string TypeOf(SyntaxNode node) =>
        node.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is { } type ? type.Identifier.Text + "." : "";
}
