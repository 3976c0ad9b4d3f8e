using System.Globalization;
using Wan.Control;

namespace Wan.Daemon;

/// <summary>
/// The .NET runtime puts files for debuggers among the temporary ones and removes them when it ends in an orderly way. A
/// process that may be killed, or that becomes another program, would leave them behind, so it does without from the start.
/// </summary>
internal static class RuntimeTraces
{
    public static void Remove()
    {
        foreach (string path in PathsOf(ProcessIdentity.Own))
        {
            File.Delete(path);
        }
    }

    public static IEnumerable<string> PathsOf(ProcessIdentity process)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{process.Pid}-{process.StartTicks}");
        string directory = Path.GetTempPath();
        return
        [
            Path.Combine(directory, $"dotnet-diagnostic-{key}-socket"),
            Path.Combine(directory, $"clr-debug-pipe-{key}-in"),
            Path.Combine(directory, $"clr-debug-pipe-{key}-out"),
        ];
    }
}
