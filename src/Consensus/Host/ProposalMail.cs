using Consensus.Core;

namespace Consensus.Host;

/// <summary>A command, or other members, for a group, and whoever waits for how it ends.</summary>
internal sealed class ProposalMail(HostedGroup group, ReadOnlyMemory<byte> command, Configuration? members) : WorkerMail
{
    private readonly TaskCompletionSource<ProposalResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostedGroup Group => group;

    public ReadOnlyMemory<byte> Command => command;

    /// <summary>The members to change to, when this is such a proposal.</summary>
    public Configuration? Members => members;

    public ValueTask<ProposalResult> End => new(_end.Task);

    public void Finish(in ProposalResult result) => _ = _end.TrySetResult(result);

    public override void Handle(Worker worker, long nowNs) => worker.HandleProposal(this, nowNs);

    public override void Abandon() => Finish(new ProposalResult(ProposalStatus.Closed, 0, default, ReplicaId.None));
}
