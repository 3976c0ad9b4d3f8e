using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Consensus.Log;

/// <summary>
/// A directory of a Linux file system. Opening makes it if need be, durably, and holds a lock file until disposed, so that
/// no two processes write one log.
/// </summary>
public sealed class FileLogDisk : ILogDisk, IDisposable
{
    private const string LockName = "LOCK";

    private readonly string _path;
    private readonly FileStream _lock;

    private FileLogDisk(string path, FileStream held)
    {
        _path = path;
        _lock = held;
    }

    /// <summary>Throws <see cref="LogDiskException"/> where the directory cannot be made, or another process holds it.</summary>
    public static FileLogDisk OpenDirectory(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (!Directory.Exists(path))
            {
                CreateDurably(path);
            }

            string lockPath = Path.Combine(path, LockName);
            return new FileLogDisk(path, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not LogDiskException)
        {
            throw new LogDiskException("take for itself", path, $"{e.Message.TrimEnd('.')} (does another process use it?)", inner: e);
        }
    }

    public void Dispose() => _lock.Dispose();

    public void List(List<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            foreach (string path in Directory.EnumerateFiles(_path))
            {
                names.Add(Path.GetFileName(path));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogDiskException("list", _path, e.Message.TrimEnd('.'), inner: e);
        }
    }

    public ILogFile Create(string name, long sizeBytes)
    {
        SafeFileHandle handle = OpenHandle("create", name, FileMode.CreateNew);
        while (DiskCalls.Allocate(handle, 0, 0, sizeBytes) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == DiskCalls.Interrupted)
            {
                continue;
            }

            handle.Dispose();
            File.Delete(PathOf(name));
            throw Failure("allocate", name, error);
        }

        return new FileLogFile(name, handle, sizeBytes);
    }

    public ILogFile Open(string name)
    {
        SafeFileHandle handle = OpenHandle("open", name, FileMode.Open);
        return new FileLogFile(name, handle, RandomAccess.GetLength(handle));
    }

    public void Rename(string from, string to) => Change("rename", from, () => File.Move(PathOf(from), PathOf(to), overwrite: false));

    public void Delete(string name) => Change("delete", name, () => File.Delete(PathOf(name)));

    public void SyncDirectory() => SyncDirectory(_path);

    internal static LogDiskException Failure(string operation, string file, int error) =>
        new(operation, file, $"{Marshal.GetPInvokeErrorMessage(error)} (error {error})", error is DiskCalls.NoSpace or DiskCalls.OverQuota);

    /// <summary>A directory's name is in its parent: without syncing that, a crash takes the whole log away.</summary>
    private static void CreateDurably(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("A log is kept on Linux only: it needs fallocate, and a sync that is known to reach the medium.");
        }

        string? parent = Path.GetDirectoryName(path);
        if (parent is not null && !Directory.Exists(parent))
        {
            CreateDurably(parent);
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (parent is not null)
        {
            SyncDirectory(parent);
        }
    }

    private static void SyncDirectory(string path)
    {
        using var handle = new SafeFileHandle(DiskCalls.OpenDirectory(path, DiskCalls.OpenDirectoryFlags), ownsHandle: true);
        if (handle.IsInvalid || DiskCalls.SyncAll(handle) != 0)
        {
            throw Failure("sync the directory", path, Marshal.GetLastPInvokeError());
        }
    }

    private SafeFileHandle OpenHandle(string operation, string name, FileMode mode)
    {
        try
        {
            return File.OpenHandle(PathOf(name), mode, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogDiskException(operation, name, e.Message.TrimEnd('.'), IsNoSpace(e), e);
        }
    }

    private static void Change(string operation, string name, Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogDiskException(operation, name, e.Message.TrimEnd('.'), IsNoSpace(e), e);
        }
    }

    /// <summary>The class library keeps the system's error number in the result code.</summary>
    private static bool IsNoSpace(Exception e) => e.HResult is DiskCalls.NoSpace or DiskCalls.OverQuota;

    private string PathOf(string name) => Path.Combine(_path, name);
}
