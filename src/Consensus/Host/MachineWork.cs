namespace Consensus.Host;

/// <summary>Something for a group's state machine to do, and then mail for the group's worker.</summary>
internal abstract class MachineWork(HostedGroup group) : WorkerMail
{
    public HostedGroup Group => group;

    /// <summary>On whatever thread the group's state machine is used.</summary>
    public abstract void Run();

    /// <summary>Nobody waits for it: whoever proposed or asked is told by the group's end.</summary>
    public override void Abandon()
    {
    }
}
