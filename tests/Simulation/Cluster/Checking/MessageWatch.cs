using Consensus.Core;

namespace Simulation.Cluster.Checking;

/// <summary>Reads along what arrives: whoever sends appends leads, and a vote that is given stays given.</summary>
internal sealed class MessageWatch(GroupBooks books, ClusterCounts counts)
{
    public void Look(List<RaftMessage> messages)
    {
        foreach (RaftMessage message in messages)
        {
            switch (message.Kind)
            {
                case RaftMessageKind.Append or RaftMessageKind.Sleep or RaftMessageKind.TimeoutNow:
                    _ = books[message.Group].NoteLeader(message.Term, message.From);
                    break;
                case RaftMessageKind.VoteReply when message.Has(RaftMessageFlags.Granted):
                    counts.Note(ClusterEvent.VotesGranted);
                    books[message.Group].NoteVote(message.From, message.Term, message.To);
                    break;
            }
        }
    }
}
