using Scp.Protocol.Session;

namespace Scp.Transport.Engine;

/// <summary>
/// A session's figures for those who look at all sessions at once and cannot wait: what is read is as old as the last
/// look, and every look has new ones made.
/// </summary>
internal sealed class StatisticsMail(SessionDriver driver) : MailItem
{
    private Taken? _latest;

    /// <summary>Null until a first look has been answered.</summary>
    public SessionStatistics? Look()
    {
        driver.Engine.Post(this);
        return Volatile.Read(ref _latest)?.Statistics;
    }

    public override void Handle(long nowNs) => Volatile.Write(ref _latest, new Taken(driver.Session.GetStatistics(nowNs)));

    private sealed record Taken(SessionStatistics Statistics);
}
