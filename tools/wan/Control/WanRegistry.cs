using System.Text.Json;
using Wan.Commands;

namespace Wan.Control;

/// <summary>
/// The WANs of a machine, a directory each: its state, its control socket and its log. A directory whose process is gone is a
/// leftover; every command removes those first and says so, with the process's last words.
/// </summary>
internal sealed class WanRegistry(RunRoot root, TextWriter complaints)
{
    private const string StateFile = "state";
    private const string SocketFile = "control";
    private const string LogFile = "log";
    private const string NewStateFile = "state.new";
    private const int MaxSocketPathBytes = 107;
    private const int MaxLastWords = 2_000;

    // The state last: until it is gone, the directory can be told to be a WAN's.
    private static readonly string[] Files = [SocketFile, LogFile, NewStateFile, StateFile];

    public string SocketPath(string name) => $"{root.Path}/{name}/{SocketFile}";

    public string LogPath(string name) => $"{root.Path}/{name}/{LogFile}";

    /// <summary>Takes a name for the calling process.</summary>
    public WanState Claim(string name, string profile)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(SocketPath(name)) > MaxSocketPathBytes)
        {
            throw new WanException(ExitCode.CannotBeSatisfied, $"{SocketPath(name)} is too long for a socket: set {RunRoot.Variable} to a shorter directory");
        }

        using IDisposable held = root.Lock();
        Sweep();
        string directory = $"{root.Path}/{name}";
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            if (!IsOurs(directory))
            {
                throw new WanException(ExitCode.CannotBeSatisfied, $"{directory} holds files of somebody else: set {RunRoot.Variable} to a directory of its own");
            }

            throw new WanException(ExitCode.Conflict, $"a WAN named {name} is up already: take it down with `wan down --name {name}`, or give this one another --name");
        }

        var state = new WanState { Name = name, Process = ProcessIdentity.Own, Profile = profile };
        RunRoot.CreatePrivate(directory);
        Save(state);
        return state;
    }

    /// <summary>Replaces the state in one step, so that a reader finds the old one or the new one.</summary>
    public void Save(WanState state)
    {
        string path = $"{root.Path}/{state.Name}/{StateFile}";
        string fresh = $"{root.Path}/{state.Name}/{NewStateFile}";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(state, WanJson.Default.WanState));
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Gives the name back. To be called by the process that claimed it, or once that is gone.</summary>
    public void Release(string name)
    {
        using IDisposable held = root.Lock();
        Remove($"{root.Path}/{name}");
        root.RemoveIfEmpty();
    }

    /// <summary>Every WAN whose process lives, by name.</summary>
    public List<WanState> List()
    {
        if (!Directory.Exists(root.Path))
        {
            return [];
        }

        using IDisposable held = root.Lock();
        List<WanState> living = Sweep();
        root.RemoveIfEmpty();
        return living;
    }

    public WanState Find(string name)
    {
        List<WanState> living = List();
        WanState? found = living.Find(state => state.Name == name);
        if (found is null)
        {
            string others = living.Count == 0 ? "start one with `wan up`" : $"up are {string.Join(", ", living.Select(state => state.Name))} (--name)";
            throw new WanException(ExitCode.Unreachable, $"no WAN named {name} is up: {others}");
        }

        return found.IsReady ? found : throw new WanException(ExitCode.Unreachable, $"the WAN {name} is still starting: try again when `wan up` has returned");
    }

    /// <summary>Removes leftovers and returns the others. Only under the lock.</summary>
    private List<WanState> Sweep()
    {
        var living = new List<WanState>();
        foreach (string directory in Directory.EnumerateDirectories(root.Path).Order(StringComparer.Ordinal))
        {
            if (!IsOurs(directory))
            {
                continue;
            }

            WanState? state = Read(directory);
            if (state is { Process.IsAlive: true })
            {
                living.Add(state);
                continue;
            }

            complaints.WriteLine($"wan: the WAN {Path.GetFileName(directory)} had died and was cleaned up{LastWords(directory)}");
            Remove(directory);
        }

        return living;
    }

    private static WanState? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes($"{directory}/{StateFile}"), WanJson.Default.WanState);
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            // State is written under the lock, so one that cannot be read was left by a process that died while writing it.
            return null;
        }
    }

    private static string LastWords(string directory)
    {
        string path = $"{directory}/{LogFile}";
        string words = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return words.Length == 0 ? "" : $"; its last words:\n{(words.Length > MaxLastWords ? words[..MaxLastWords] : words)}";
    }

    // The directory may be one that a user named, so nothing is touched that does not look like a WAN's.
    private static bool IsOurs(string directory)
    {
        List<string> files = [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path))];
        return files.Exists(file => file is StateFile or NewStateFile) && files.TrueForAll(Files.Contains);
    }

    private static void Remove(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string file in Files)
        {
            File.Delete($"{directory}/{file}");
        }

        Directory.Delete(directory);
    }
}
