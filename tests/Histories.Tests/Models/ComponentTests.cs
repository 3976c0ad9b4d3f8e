using Histories.Linearizability;

namespace Histories.Tests.Models;

public sealed class ComponentTests
{
    [Test]
    public void Keys_are_joined_directly_and_through_others()
    {
        IReadOnlyList<Component<string>> components = Components.Of(["a", "b", "cd", "e", "ab", "", "de"], word => word.Select(c => c.ToString()));
        Assert.That(components.Select(c => string.Join(' ', c.Items)), Is.EqualTo(new[] { "a b ab", "cd e de" }));
        Assert.That(components.Select(c => string.Concat(c.Keys)), Is.EqualTo(new[] { "ab", "cde" }));
    }
}
