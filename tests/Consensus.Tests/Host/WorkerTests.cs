using Consensus.Core;
using Consensus.Host;
using Consensus.Log;
using Consensus.Tests.Log;

namespace Consensus.Tests.Host;

/// <summary>A worker by itself, stepped by hand.</summary>
public sealed class WorkerTests
{
    private const long Ms = 1_000_000;

    /// <summary>
    /// A worker that is held up between its look at the clock and its mail must not judge what came meanwhile by the old time.
    /// </summary>
    [Test]
    public async Task Mail_that_comes_after_the_look_at_the_clock_waits_for_the_next_look()
    {
        using var world = new OneWorker();
        IConsensusGroup group = await world.OpenAsync();
        Task<TransferStatus>? question = null;
        _ = world.Worker.Step(() =>
        {
            question = group.TransferLeadershipAsync(new ReplicaId(9)).AsTask();
            return world.NowNs;
        });
        Assert.That(question!.IsCompleted, Is.False, "asked after the look");
        _ = world.Worker.Step(() => world.NowNs += Ms);
        Assert.That(question.IsCompleted);
    }

    [Test]
    public async Task Alone_it_leads_at_once_and_acknowledges_only_what_is_written()
    {
        using var world = new OneWorker();
        IConsensusGroup group = await world.OpenAsync();
        world.RunUntil(() => group.Status.Role == RaftRole.Leader);
        world.HoldsWrites = true;
        Task<ProposalResult> end = group.ProposeAsync(KeyValueMachine.Set(1, 2)).AsTask();
        world.Run(steps: 100);
        Assert.That(end.IsCompleted, Is.False, "nothing is written yet");
        world.HoldsWrites = false;
        world.RunUntil(() => end.IsCompleted);
        Assert.That((await end).Status, Is.EqualTo(ProposalStatus.Applied));
        Assert.That(world.Machine.Get(1), Is.EqualTo(2));
    }

    private sealed class OneWorker : ILogSink, IApplySink, IMessageCarrier, IDisposable
    {
        private readonly NodeLog _log;
        private readonly Queue<WrittenMail> _writes = new();

        public OneWorker()
        {
            _log = NodeLog.Open(new NullLogDisk(), new LogOptions(), new NodeId(1), 1, create: true);
            Worker = new Worker(0, new WorkerSetup(new HostOptions(), new NodeId(1), _log, this, this, this, Incarnation: 1, Seed: 1), () => { });
        }

        public Worker Worker { get; }

        public KeyValueMachine Machine { get; } = new();

        public long NowNs { get; set; } = Ms;

        public bool HoldsWrites { get; set; }

        public async Task<IConsensusGroup> OpenAsync()
        {
            Configuration founding = Configuration.TryCreate([new Member(new ReplicaId(1), new NodeId(1))], [], out _)!;
            var mail = new OpenMail(new GroupSetup(new GroupId(1), new ReplicaId(1), founding), Machine);
            Worker.Post(mail);
            RunUntil(() => mail.End.IsCompleted);
            return await mail.End;
        }

        public void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                while (!HoldsWrites && _writes.TryDequeue(out WrittenMail? write))
                {
                    _log.Write(write.Batch);
                    write.PostBack();
                }

                _ = Worker.Step(() => NowNs += Ms);
            }
        }

        public void RunUntil(Func<bool> condition)
        {
            for (int i = 0; i < 10_000 && !condition(); i++)
            {
                Run(1);
            }

            Assert.That(condition(), "it happens in the end");
        }

        public void Submit(WrittenMail write) => _writes.Enqueue(write);

        public void Submit(MachineWork work)
        {
            work.Run();
            Worker.Post(work);
        }

        public void Send(NodeId to, ReadOnlySpan<byte> batch)
        {
        }

        public void SendBulk(NodeId to, ReadOnlySpan<byte> part)
        {
        }

        public void Dispose()
        {
            Worker.Stop();
            _log.Dispose();
        }
    }
}
