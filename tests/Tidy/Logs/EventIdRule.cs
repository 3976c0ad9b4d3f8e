using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Logs;

/// <summary>Whoever searches logs by event id must find one message and no other.</summary>
public static class EventIdRule
{
    public static IEnumerable<Finding> Check(IEnumerable<SourceFile> files)
    {
        var seen = new Dictionary<int, string>();
        foreach (var file in files.Where(f => f.Text.Contains("LoggerMessage", StringComparison.Ordinal)))
        {
            foreach (var attribute in LoggerMessagesOf(file))
            {
                var line = file.LineAt(attribute.SpanStart);
                if (IdOf(attribute) is not { } id)
                {
                    yield return new Finding(file.Path, line, "this message has no event id: give it a number of its own (EventId = …)");
                }
                else if (!seen.TryAdd(id, $"{file.Path}:{line}"))
                {
                    yield return new Finding(file.Path, line, $"event id {id} belongs to {seen[id]}: give this message a number of its own");
                }
            }
        }
    }

    private static IEnumerable<AttributeSyntax> LoggerMessagesOf(SourceFile file) =>
        CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantNodes().OfType<AttributeSyntax>()
            .Where(a => a.Name.ToString().Split('.')[^1] is "LoggerMessage" or "LoggerMessageAttribute");

    private static int? IdOf(AttributeSyntax attribute)
    {
        var arguments = attribute.ArgumentList?.Arguments ?? default;
        var named = arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.Text == "EventId" || a.NameColon?.Name.Identifier.Text == "eventId");
        var value = named ?? arguments.FirstOrDefault(a => a.NameEquals is null && a.NameColon is null);
        return value?.Expression is LiteralExpressionSyntax { Token.Value: int id } ? id : null;
    }
}
