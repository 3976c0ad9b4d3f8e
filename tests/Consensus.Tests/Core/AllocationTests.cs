using Consensus.Core;
using Consensus.Tests.Core.Cluster;
using Tests.Shared;

namespace Consensus.Tests.Core;

[TestFixture]
public sealed class AllocationTests
{
    private const int Warmup = 2_000;
    private const int Proposals = 1_000;

    /// <summary>A leader that proposes, replicates to two followers, writes, commits and applies, over and over.</summary>
    [Test]
    public void A_steady_stream_of_proposals_allocates_nothing_in_a_leader()
    {
        var leader = new LoneLeader();
        leader.Run(Warmup);
        long bytes = Allocations.Of(() => leader.Run(Proposals));
        TestContext.Out.WriteLine($"{bytes / (double)Proposals:0.0} bytes a proposal");
        Assert.That(bytes, Is.LessThan(Proposals), "less than a byte a proposal: queues may still grow once");
    }

    [Test]
    public void A_sleeping_replica_costs_nothing()
    {
        var leader = new LoneLeader();
        leader.Run(1);
        leader.Sleep();
        Assert.That(leader.Raft.IsAsleep);
        Assert.That(leader.Raft.NextTimeoutNs, Is.EqualTo(long.MaxValue));
        Assert.That(Allocations.Of(() => leader.Raft.HandleTime(1_000_000_000_000)), Is.Zero);
        Assert.That(leader.Raft.Term, Is.EqualTo(1));
    }

    private sealed class LoneLeader
    {
        private static readonly ReplicaId Self = new(1);

        private readonly RaftOutput _output = new();
        private readonly byte[] _data = new byte[256];
        private long _nowNs = 1_000_000_000;
        private long _round;
        private long _id;

        public LoneLeader()
        {
            Member[] voters = [.. Enumerable.Range(1, 3).Select(SimCluster.MemberOf)];
            var disk = new SimDisk(Configuration.TryCreate(voters, [], out _)!);
            Raft = new RaftReplica(new RaftSetup(new GroupId(1), Self, new RaftOptions { SleepAfterNs = 1 }), default, 0, disk, new RandomSource(1), _output, _nowNs);
            while (Raft.Role != RaftRole.Leader)
            {
                _nowNs = Math.Max(_nowNs + 1, Raft.NextTimeoutNs);
                Raft.HandleTime(_nowNs);
                Settle();
            }
        }

        public RaftReplica Raft { get; }

        public void Run(int proposals)
        {
            for (; proposals > 0; proposals--)
            {
                _nowNs += 1_000;
                _ = Raft.Propose(_data, ++_id, _nowNs);
                Settle();
                Settle();
            }
        }

        public void Sleep()
        {
            while (!Raft.IsAsleep)
            {
                _nowNs = Math.Max(_nowNs + 1, Raft.NextTimeoutNs);
                Raft.HandleTime(_nowNs);
                Settle();
            }
        }

        /// <summary>Disk, state machine and followers agree to everything at once.</summary>
        private void Settle()
        {
            Raft.Flush();
            long token = 0;
            foreach (var write in _output.Writes)
            {
                token = write.Token;
            }

            long applied = 0;
            foreach (var run in _output.Committed)
            {
                applied = run.Entries.Span[^1].Index;
            }

            bool asks = false;
            bool sleeps = false;
            bool votes = false;
            foreach (var message in _output.Messages)
            {
                asks |= message.Kind == RaftMessageKind.Append;
                sleeps |= message.Kind == RaftMessageKind.Sleep;
                votes |= message.Kind is RaftMessageKind.PreVote or RaftMessageKind.Vote;
                _round = Math.Max(_round, message.Round);
            }

            _output.Clear();
            if (token > 0)
            {
                Raft.HandleWritten(token, _nowNs);
            }

            if (applied > 0)
            {
                Raft.HandleApplied(applied, _nowNs);
            }

            for (ulong from = 2; from <= 3; from++)
            {
                Answer(new ReplicaId(from), asks, sleeps, votes);
            }
        }

        private void Answer(ReplicaId from, bool asks, bool sleeps, bool votes)
        {
            var reply = new RaftMessage { Group = Raft.Group, From = from, To = Self, Term = Raft.Term, Index = Raft.LastIndex, LogTerm = Raft.Term, Round = _round, PromiseNs = 300_000_000 };
            if (asks || sleeps)
            {
                Raft.HandleMessage(reply with { Kind = sleeps ? RaftMessageKind.SleepReply : RaftMessageKind.AppendReply }, _nowNs);
            }

            if (votes)
            {
                bool pre = Raft.Role == RaftRole.PreCandidate;
                Raft.HandleMessage(reply with { Kind = pre ? RaftMessageKind.PreVoteReply : RaftMessageKind.VoteReply, Flags = RaftMessageFlags.Granted, Term = Raft.Term + (pre ? 1 : 0) }, _nowNs);
            }
        }
    }
}
