using FsCheck;
using Scp.Protocol.Crypto;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Crypto;

public sealed class ReplayWindowTests
{
    private const int WindowSize = ScpLimits.ReplayWindowPackets;
    private const ulong Window = WindowSize;

    [Property(MaxTest = 300)]
    public bool TheWindowAgreesWithASet(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        var window = new ReplayWindow();
        var oracle = new Oracle();
        ulong start = random.Next(3) == 0 ? (ulong)random.NextInt64(1L << 61) : 0;
        for (int step = 0; step < 400; step++)
        {
            ulong number = Pick(random, oracle, start);
            if (window.IsNew(number) != oracle.IsNew(number))
            {
                return false;
            }

            if (oracle.IsNew(number) && random.Next(5) != 0)
            {
                window.Accept(number);
                oracle.Accept(number);
            }

            if (window.Largest != oracle.Largest)
            {
                return false;
            }
        }

        return true;
    }

    [Test]
    public void TheBoundaryIsExact([Values(0ul, 1ul, 63ul, 64ul, 12345ul)] ulong offset)
    {
        ulong largest = (5 * Window) + offset;
        var window = new ReplayWindow();
        window.Accept(largest);
        Assert.That(window.IsNew(largest), Is.False, "the newest itself");
        // In a ring exactly as long as the window the first of these shares its bit with the newest, which is set: only
        // the second sees a window that is too long.
        Assert.That(window.IsNew(largest - Window), Is.False, "one too old to tell");
        Assert.That(window.IsNew(largest - Window - 1), Is.False, "two too old to tell");
        Assert.That(window.IsNew(largest - Window + 1), Is.True, "the oldest that can be told");
        window.Accept(largest - Window + 1);
        Assert.That(window.IsNew(largest - Window + 1), Is.False);
        Assert.That(window.IsNew(largest - Window + 2), Is.True);
    }

    [Test]
    public void AStepForwardForgetsOneNumberAndNoMore([Values(0ul, 1ul, 63ul, 64ul, 777ul)] ulong offset)
    {
        ulong first = (2 * Window) + offset;
        var window = new ReplayWindow();
        for (ulong number = first; number < first + Window; number++)
        {
            window.Accept(number);
        }

        window.Accept(first + Window + 1);
        Assert.That(window.IsNew(first + Window), Is.True, "skipped, though it shares its bit with the oldest");
        for (ulong number = first; number < first + Window; number++)
        {
            Assert.That(window.IsNew(number), Is.False, $"number {number} of {first}");
        }
    }

    [TestCase(Window - 1)]
    [TestCase(Window)]
    [TestCase(Window + 1)]
    [TestCase(10 * Window)]
    public void AJumpLeavesNothingOfTheLapBefore(ulong jump)
    {
        var window = new ReplayWindow();
        for (ulong number = 0; number < Window; number++)
        {
            window.Accept(number);
        }

        ulong largest = Window - 1 + jump;
        window.Accept(largest);
        for (ulong number = largest - Window + 1; number < largest; number++)
        {
            Assert.That(window.IsNew(number), Is.EqualTo(number >= Window), $"number {number}");
        }
    }

    [Test]
    public void AskingMarksNothing()
    {
        var window = new ReplayWindow();
        Assert.That(window.IsNew(1UL << 40), Is.True);
        Assert.That(window.IsNew(0), Is.True);
        Assert.That(window.Largest, Is.Zero);
    }

    [Test]
    public void NoNumberIsAcceptedTwice()
    {
        var window = new ReplayWindow();
        window.Accept(7);
        Assert.That(() => window.Accept(7), Throws.InvalidOperationException);
    }

    [Test]
    public void NumbersPastTheLargestAreNeverNew()
    {
        var window = new ReplayWindow();
        Assert.That(window.IsNew(PacketNumber.Max + 1), Is.False);
        Assert.That(window.IsNew(ulong.MaxValue), Is.False);
        window.Accept(PacketNumber.Max);
        Assert.That(window.IsNew(PacketNumber.Max), Is.False);
        Assert.That(window.IsNew(PacketNumber.Max - 1), Is.True);
    }

    /// <summary>Mostly near the newest, often at the window's edges, now and then far ahead.</summary>
    private static ulong Pick(System.Random random, Oracle oracle, ulong start)
    {
        long offset = random.Next(8) switch
        {
            0 => random.Next(-3, 4) - WindowSize,
            1 => random.Next(-WindowSize - 100, 1),
            2 => random.Next(2 * WindowSize),
            3 => WindowSize + random.Next(-2, 3),
            4 => random.Next(130),
            _ => random.Next(-70, 5),
        };
        long number = (long)Math.Max(oracle.Largest, start) + offset;
        return (ulong)Math.Max(number, 0);
    }

    private sealed class Oracle
    {
        private readonly HashSet<ulong> _received = [];

        public ulong Largest { get; private set; }

        public bool IsNew(ulong number) => !_received.Contains(number) && (number > Largest || Largest - number < Window);

        public void Accept(ulong number)
        {
            _received.Add(number);
            Largest = Math.Max(Largest, number);
        }
    }
}
