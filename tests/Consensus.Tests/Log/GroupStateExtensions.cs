using Consensus.Log;

namespace Consensus.Tests.Log;

internal static class GroupStateExtensions
{
    /// <summary>What of a group lies in a segment, counted anew: runs of entries, hard state and mark, and the bytes of all.</summary>
    public static (int Runs, int Others, long Bytes) Count(this GroupState group, LogSegment segment)
    {
        int runs = 0;
        int others = 0;
        long bytes = 0;
        for (int i = 0; i < group.Runs.Count; i++)
        {
            if (group.Runs[i].Segment == segment)
            {
                runs++;
                bytes += group.Runs[i].LiveBytes;
            }
        }

        if (group.HardStateIn == segment)
        {
            others++;
            bytes += LogRecord.HardStateSize;
        }

        if (group.MarkIn == segment)
        {
            others++;
            bytes += GroupState.MarkBytes(group.Mark);
        }

        return (runs, others, bytes);
    }
}
