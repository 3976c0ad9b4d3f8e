namespace Consensus.Host;

/// <summary>
/// Where workers take what state machines are to do: in order for each group. When it is done, the work goes back to the
/// worker as mail.
/// </summary>
internal interface IApplySink
{
    void Submit(MachineWork work);
}
