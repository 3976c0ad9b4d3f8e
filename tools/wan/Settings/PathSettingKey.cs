using Scp.PathModel;

namespace Wan.Settings;

/// <summary>One thing about a path that can be set.</summary>
/// <param name="Name">How it is called on the command line.</param>
/// <param name="Takes">What may stand after the equals sign.</param>
/// <param name="Parse">The change that a value asks for; nothing when it is not understood.</param>
internal sealed record PathSettingKey(string Name, string Takes, Func<string, Func<PathProfile, PathProfile>?> Parse);
