namespace Histories.Linearizability;

/// <summary>Parts of a history that share no key, so that each can be checked alone.</summary>
public static class Components
{
    /// <summary>Joins items that share a key, directly or through others; what has no key is left out. The order is that of the items.</summary>
    public static IReadOnlyList<Component<T>> Of<T>(IEnumerable<T> items, Func<T, IEnumerable<string>> keysOf)
    {
        T[] all = [.. items];
        Dictionary<string, string> parents = new(StringComparer.Ordinal);
        foreach (T item in all)
        {
            string? first = null;
            foreach (string key in keysOf(item))
            {
                _ = parents.TryAdd(key, key);
                first ??= key;
                parents[RootOf(parents, key)] = RootOf(parents, first);
            }
        }

        List<Component<T>> components = [];
        Dictionary<string, Component<T>> byRoot = new(StringComparer.Ordinal);
        foreach (T item in all)
        {
            if (keysOf(item).FirstOrDefault() is not { } key)
            {
                continue;
            }

            string root = RootOf(parents, key);
            if (!byRoot.TryGetValue(root, out Component<T>? component))
            {
                component = new Component<T>();
                byRoot.Add(root, component);
                components.Add(component);
            }

            component.Add(item, keysOf(item));
        }

        return components;
    }

    private static string RootOf(Dictionary<string, string> parents, string key)
    {
        while (parents[key] != key)
        {
            // Halving the path keeps later walks short.
            parents[key] = parents[parents[key]];
            key = parents[key];
        }

        return key;
    }
}
