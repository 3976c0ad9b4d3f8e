namespace Consensus.Host;

/// <summary>Where workers take what is to be applied: in order for each group. It posts the mail back when that is done.</summary>
internal interface IApplySink
{
    void Submit(AppliedMail work);
}
