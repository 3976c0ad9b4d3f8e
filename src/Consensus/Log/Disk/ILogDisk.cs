namespace Consensus.Log;

/// <summary>
/// The directory that holds a log, for one process at a time. Calls return when they are done and throw
/// <see cref="LogDiskException"/> when they fail. What was created, renamed or deleted survives a crash only once
/// <see cref="SyncDirectory"/> has returned after it; until then each may or may not have happened.
/// </summary>
public interface ILogDisk
{
    /// <summary>Adds the names of all files, in no order.</summary>
    void List(List<string> names);

    /// <summary>
    /// Makes a file of this size whose blocks are reserved, so that writing inside it never lacks space. Where there is not
    /// enough space it throws with <see cref="LogDiskException.IsOutOfSpace"/>, and no file remains.
    /// </summary>
    ILogFile Create(string name, long sizeBytes);

    ILogFile Open(string name);

    /// <summary>A file that is open stays open under its new name. The new name must be free.</summary>
    void Rename(string from, string to);

    void Delete(string name);

    void SyncDirectory();
}
