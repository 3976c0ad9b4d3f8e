namespace Scp.Transport.Tests.Engine;

[CancelAfter(30_000)]
public sealed class EngineStopTests
{
    /// <summary>Whenever the wish to stop falls within a turn, the thread hears it.</summary>
    [Test]
    public void It_stops_at_whatever_moment_it_is_told_to()
    {
        for (int i = 0; i < 2000; i++)
        {
            using var idle = new IdleEngine();
            idle.Engine.Start();
            Thread.SpinWait(i * 7 % 4000);
        }
    }
}
