namespace LoadGen.Runs;

/// <summary>A directory for as long as it is needed.</summary>
internal sealed class WorkDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("loadgen-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
