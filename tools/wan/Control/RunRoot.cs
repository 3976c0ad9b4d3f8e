using Wan.Commands;
using Wan.Network;

namespace Wan.Control;

/// <summary>
/// The directory under which every WAN of a machine has its own, and the lock under which they are made, listed and removed.
/// The directory itself goes with the last WAN.
/// </summary>
internal sealed class RunRoot
{
    /// <summary>Overrides the choice of the directory; whoever sets it must set it for every command.</summary>
    public const string Variable = "SCPF_WAN_DIR";

    private const string SystemDirectory = "/run";
    private const string ProgramName = "scpfabric-wan";
    private const string DeletedMark = " (deleted)";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public RunRoot(string path) => Path = path;

    public string Path { get; }

    /// <summary>/run for whoever may write there (root), else the user's own run directory, else the one for temporary files.</summary>
    public static RunRoot Choose(Func<string, string?> environment, Func<string, bool> isWritable)
    {
        if (environment(Variable) is { Length: > 0 } wanted)
        {
            return new RunRoot(wanted);
        }

        string? own = environment("XDG_RUNTIME_DIR");
        if (isWritable(SystemDirectory))
        {
            return new RunRoot($"{SystemDirectory}/{ProgramName}");
        }

        return own is { Length: > 0 } && isWritable(own)
            ? new RunRoot($"{own}/{ProgramName}")
            : new RunRoot($"{(environment("TMPDIR") is { Length: > 0 } temporary ? temporary : "/tmp")}/{ProgramName}");
    }

    public static RunRoot Choose() => Choose(Environment.GetEnvironmentVariable, directory => Libc.Access(directory, Libc.AccessWrite) == 0);

    /// <summary>Makes the directory where it is missing and holds its lock until disposed.</summary>
    public IDisposable Lock()
    {
        while (true)
        {
            CreatePrivate(Path);
            int descriptor = Libc.Open(Path, Libc.OpenReadOnly | Libc.OpenCloseOnExec);
            if (descriptor < 0)
            {
                if (Errno.Last == Errno.NoEntry)
                {
                    continue;
                }

                throw Errno.Failure($"cannot open {Path}");
            }

            if (Libc.Lock(descriptor, Libc.LockExclusive) != 0)
            {
                IOException failure = Errno.Failure($"cannot lock {Path}");
                _ = Libc.Close(descriptor);
                throw failure;
            }

            // Whoever held the lock before may have removed the directory as the last one to leave: then this is a lock on nothing.
            if (!IsDeleted(descriptor))
            {
                return new Held(descriptor);
            }

            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>Removes the directory if no WAN is left in it. Only under the lock.</summary>
    public void RemoveIfEmpty()
    {
        if (!Directory.EnumerateFileSystemEntries(Path).Any())
        {
            Directory.Delete(Path);
        }
    }

    public static void CreatePrivate(string path)
    {
        try
        {
            _ = Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (IOException failure) when (failure.HResult == Errno.Exists && !File.Exists(path))
        {
            // Another command made it, and may have removed it, in this very moment. Whoever needs it looks again.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WanException(
                ExitCode.CannotBeSatisfied,
                $"cannot make the directory {path} ({failure.Message.TrimEnd('.')}): set {Variable} to one that can be written");
        }
    }

    private static bool IsDeleted(int descriptor) =>
        new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget?.EndsWith(DeletedMark, StringComparison.Ordinal) ?? true;

    private sealed class Held(int descriptor) : IDisposable
    {
        public void Dispose() => _ = Libc.Close(descriptor);
    }
}
