namespace Consensus.Log;

/// <summary>A group's entries as its owner has been told: each run is a reference that keeps its segment from being used again.</summary>
internal sealed class PublishedRuns : EntryRuns
{
    protected override void Hold(in EntryRun run) => run.Segment.AddReference();

    protected override void Release(in EntryRun run) => run.Segment.RemoveReference();

    protected override void Shrunk(in EntryRun before, in EntryRun after)
    {
    }
}
