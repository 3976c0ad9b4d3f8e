using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Consensus.Log;

/// <summary>A file by its handle, so that renaming it changes nothing here.</summary>
internal sealed class FileLogFile(string name, SafeFileHandle handle, long sizeBytes) : ILogFile
{
    public long SizeBytes => sizeBytes;

    public void ReadAt(long offset, Span<byte> into)
    {
        try
        {
            while (into.Length > 0)
            {
                int read = RandomAccess.Read(handle, into, offset);
                if (read == 0)
                {
                    throw new LogDiskException("read", name, $"it ends at {offset}, before what was asked for");
                }

                offset += read;
                into = into[read..];
            }
        }
        catch (Exception e) when (e is IOException and not LogDiskException)
        {
            throw new LogDiskException("read", name, e.Message.TrimEnd('.'), inner: e);
        }
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (IOException e)
        {
            throw new LogDiskException("write", name, e.Message.TrimEnd('.'), inner: e);
        }
    }

    public void Sync()
    {
        while (DiskCalls.SyncData(handle) != 0)
        {
            // Interrupted means not begun; anything else is final.
            int error = Marshal.GetLastPInvokeError();
            if (error != DiskCalls.Interrupted)
            {
                throw FileLogDisk.Failure("sync", name, error);
            }
        }
    }

    public void Dispose() => handle.Dispose();
}
