namespace Scp.Protocol.Tests.Streams;

internal sealed class StreamWorldTests
{
    private const int FirstSeed = 1;
    private const int Seeds = 400;

    [Test]
    public void EveryByteArrivesOnceAndInOrderWhateverBreaks()
    {
        var coverage = new WorldCoverage();
        for (int seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            try
            {
                var world = new StreamWorld(seed);
                world.Run();
                coverage.Add(world.Coverage);
            }
            catch (Exception)
            {
                TestContext.Out.WriteLine($"seed {seed}");
                throw;
            }
        }

        TestContext.Out.WriteLine(coverage);
        coverage.AssertAll();
    }
}
