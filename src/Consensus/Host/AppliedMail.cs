using Consensus.Core;

namespace Consensus.Host;

/// <summary>Committed entries on their way to the state machine, and what it made of them on the way back.</summary>
internal sealed class AppliedMail : MachineWork
{
    private readonly Entry[] _entries;
    private readonly ReadOnlyMemory<byte>[] _answers;

    public AppliedMail(HostedGroup group, in CommittedEntries committed)
        : base(group)
    {
        _entries = committed.Entries.ToArray();
        _answers = new ReadOnlyMemory<byte>[_entries.Length];
    }

    public long LastIndex => _entries[^1].Index;

    public override void Run() => Group.Machine.Apply(_entries, _answers);

    public ReadOnlyMemory<byte> AnswerAt(long index) => _answers[index - _entries[0].Index];

    public override void Handle(Worker worker, long nowNs) => worker.HandleApplied(this, nowNs);
}
