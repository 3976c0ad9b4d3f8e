using System.Diagnostics.CodeAnalysis;
using Scp.PathModel;

namespace Wan.Settings;

/// <summary>
/// Changes to a path as they are written on the command line, key=value, in their order. Parsed once where they are typed, so
/// that a slip is told there, and applied to whatever profile each direction has.
/// </summary>
internal sealed class PathSettings
{
    /// <summary>Marks the name of a profile of which something was changed.</summary>
    public const char ChangedMark = '*';

    /// <summary>What a rate gets for a queue where none was said.</summary>
    private const long DefaultQueueNs = 50_000_000;

    private readonly List<Func<PathProfile, PathProfile>> _changes = [];

    private PathSettings()
    {
    }

    public static bool TryParse(IEnumerable<string> words, [NotNullWhen(true)] out PathSettings? settings, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        var parsed = new PathSettings();
        foreach (string word in words)
        {
            int equals = word.IndexOf('=');
            if (equals <= 0)
            {
                problem = $"{word} is not key=value: the keys are {string.Join(", ", PathSettingKeys.Names)}";
                return false;
            }

            string key = word[..equals];
            if (!PathSettingKeys.TryFind(key, out PathSettingKey? found))
            {
                problem = $"the key {key} is unknown: the keys are {string.Join(", ", PathSettingKeys.Names)}";
                return false;
            }

            if (found.Parse(word[(equals + 1)..]) is not { } change)
            {
                problem = $"{word} is not understood: {key} takes {found.Takes}";
                return false;
            }

            parsed._changes.Add(change);
        }

        settings = parsed;
        problem = null;
        return true;
    }

    /// <summary>The profile with the changes made; whether it can be used is for <see cref="PathProfile.Validate"/> to say.</summary>
    public PathProfile ApplyTo(PathProfile profile)
    {
        PathProfile changed = profile with { Name = profile.Name.TrimEnd(ChangedMark) };
        foreach (Func<PathProfile, PathProfile> change in _changes)
        {
            changed = change(changed);
        }

        if (changed.RateBitsPerSecond > 0 && changed is { QueueNs: 0, QueueBytes: 0 })
        {
            changed = changed with { QueueNs = DefaultQueueNs };
        }

        bool asNamed = PathProfiles.TryGet(changed.Name, out PathProfile? named) && named == changed;
        return asNamed ? changed : changed with { Name = changed.Name + ChangedMark };
    }
}
