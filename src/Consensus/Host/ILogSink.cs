namespace Consensus.Host;

/// <summary>
/// Where workers take what is to be made durable. Whatever stands behind writes it, together with what other workers have
/// brought, and posts it back. When the disk fails it posts nothing more, and the node stops.
/// </summary>
internal interface ILogSink
{
    void Submit(WrittenMail write);
}
