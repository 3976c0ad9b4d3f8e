using Consensus.Core;

namespace Consensus.Host;

/// <summary>Committed entries on their way to the state machine, and what it made of them on the way back.</summary>
internal sealed class AppliedMail : WorkerMail
{
    private readonly Entry[] _entries;
    private readonly ReadOnlyMemory<byte>[] _answers;

    public AppliedMail(HostedGroup group, in CommittedEntries committed)
    {
        Group = group;
        _entries = committed.Entries.ToArray();
        _answers = new ReadOnlyMemory<byte>[_entries.Length];
    }

    public HostedGroup Group { get; }

    public long LastIndex => _entries[^1].Index;

    /// <summary>On whatever thread the group's entries are applied.</summary>
    public void Apply() => Group.Machine.Apply(_entries, _answers);

    public ReadOnlyMemory<byte> AnswerAt(long index) => _answers[index - _entries[0].Index];

    public override void Handle(Worker worker, long nowNs) => worker.HandleApplied(this, nowNs);

    /// <summary>Nobody waits for it: whoever proposed is told by the group's end.</summary>
    public override void Abandon()
    {
    }
}
