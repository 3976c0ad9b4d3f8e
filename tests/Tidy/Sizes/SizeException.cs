using System.Globalization;

namespace Tidy.Sizes;

/// <summary>A line of size-exceptions.txt: what is too long, how long it is, and why that was let pass.</summary>
public readonly record struct SizeException(string Key, int Lines, string Why, int Line)
{
    /// <summary>Reads `PATH[#Type.Method] LINES reason`; empty lines and those that begin with '#' are not entries.</summary>
    public static IEnumerable<SizeException> Parse(SourceFile list)
    {
        for (var i = 0; i < list.Lines.Count; i++)
        {
            var line = list.Lines[i];
            if (line.Length > 0 && line[0] != '#')
            {
                var words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
                var lines = words.Length > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out var n) ? n : 0;
                yield return new SizeException(words[0], lines, words.Length > 2 ? words[2] : "", i + 1);
            }
        }
    }
}
