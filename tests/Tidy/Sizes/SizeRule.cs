namespace Tidy.Sizes;

/// <summary>Files tell one story and methods fit on a screen. What is longer stands in a list that may only shrink.</summary>
public static class SizeRule
{
    public const int MaxFileLines = 600;
    public const int MaxMethodLines = 70;

    public static IEnumerable<Finding> Check(IEnumerable<CodeSize> sizes, IReadOnlyList<SizeException> exceptions, string listPath)
    {
        // Overloads share a key; the longest speaks for all.
        var longest = sizes.GroupBy(s => s.Key).ToDictionary(g => g.Key, g => g.MaxBy(s => s.Lines));
        var allowed = exceptions.DistinctBy(e => e.Key).ToDictionary(e => e.Key, e => e.Lines);
        foreach (var size in longest.Values)
        {
            var limit = LimitOf(size);
            var granted = allowed.GetValueOrDefault(size.Key, limit);
            if (size.Lines > Math.Max(limit, granted))
            {
                yield return new Finding(size.Path, size.Line, granted > limit
                    ? $"{Describe(size)} has grown from {granted} to {size.Lines} lines: an exception may only shrink"
                    : $"{Describe(size)} has {size.Lines} lines, at most {limit} are allowed: find the seam and split it");
            }
        }

        foreach (var exception in exceptions)
        {
            if (Judge(exception, longest) is { } sentence)
            {
                yield return new Finding(listPath, exception.Line, sentence);
            }
        }
    }

    private static string? Judge(SizeException exception, Dictionary<string, CodeSize> longest)
    {
        if (exception.Lines == 0 || exception.Why.Length == 0)
        {
            return "not `PATH[#Type.Method] LINES reason`: write all three";
        }

        if (!longest.TryGetValue(exception.Key, out var size))
        {
            return $"{exception.Key} is gone: remove this line";
        }

        if (size.Lines <= LimitOf(size))
        {
            return $"{exception.Key} has {size.Lines} lines and needs no exception any more: remove this line";
        }

        return size.Lines < exception.Lines ? $"{exception.Key} has shrunk: lower {exception.Lines} to {size.Lines}" : null;
    }

    private static int LimitOf(CodeSize size) => size.IsMethod ? MaxMethodLines : MaxFileLines;

    private static string Describe(CodeSize size) => size.IsMethod ? size.Key[(size.Path.Length + 1)..] : "the file";
}
