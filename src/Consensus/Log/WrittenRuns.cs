namespace Consensus.Log;

/// <summary>A group's entries as the writer has written them: what says which part of a segment lives.</summary>
internal sealed class WrittenRuns : EntryRuns
{
    protected override void Hold(in EntryRun run) => run.Segment.AddLive(run.LiveBytes);

    protected override void Release(in EntryRun run) => run.Segment.RemoveLive(run.LiveBytes);

    protected override void Shrunk(in EntryRun before, in EntryRun after) => before.Segment.ShrinkLive(before.LiveBytes - after.LiveBytes);
}
