using Scp.Protocol.Messages;

namespace Scp.Protocol.Tests.Messages;

[TestFixture]
internal sealed class PayloadPoolTests
{
    [Property(MaxTest = 200)]
    public void NoArrayIsLentTwiceAtATime(int seed)
    {
        var random = new Random(seed);
        var pool = new PayloadPool();
        HashSet<byte[]> lent = new(ReferenceEqualityComparer.Instance);
        List<byte[]> order = [];
        for (int step = 0; step < 400; step++)
        {
            if (random.Next(2) == 0)
            {
                int bytes = random.Next(0, 1 << random.Next(1, 18));
                byte[] buffer = pool.Rent(bytes);
                Assert.That(buffer, Has.Length.GreaterThanOrEqualTo(bytes));
                Assert.That(buffer, Has.Length.EqualTo(PayloadPool.SizeFor(bytes)));
                Assert.That(lent.Add(buffer), $"seed {seed}, step {step}: lent twice");
                order.Add(buffer);
            }
            else if (order.Count > 0)
            {
                byte[] buffer = order[random.Next(order.Count)];
                order.Remove(buffer);
                lent.Remove(buffer);
                pool.Return(buffer);
            }
        }
    }

    [TestCase(0, 128)]
    [TestCase(128, 128)]
    [TestCase(129, 256)]
    [TestCase(1088, 2048)]
    [TestCase(8 * 1088, 16384)]
    [TestCase(16 * 1024 * 1024, 16 * 1024 * 1024)]
    public void SizesArePowersOfTwo(int bytes, int expected) => Assert.That(PayloadPool.SizeFor(bytes), Is.EqualTo(expected));

    [Test]
    public void WhatNoMessageCanBeIsABugHere() =>
        Assert.That(() => new PayloadPool().Rent((16 * 1024 * 1024) + 1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void WhatIsReturnedIsLentAgainAndNothingIsKeptWithoutBound()
    {
        var pool = new PayloadPool();
        byte[][] lent = [.. Enumerable.Range(0, 100).Select(_ => pool.Rent(64 * 1024))];
        foreach (byte[] buffer in lent)
        {
            pool.Return(buffer);
        }

        byte[][] again = [.. Enumerable.Range(0, 100).Select(_ => pool.Rent(64 * 1024))];
        Assert.That(again.Count(buffer => lent.Any(old => ReferenceEquals(old, buffer))), Is.EqualTo(4));
    }

    [Test]
    public void NothingIsNoArrayToKeep() => Assert.That(() => new PayloadPool().Return([]), Throws.Nothing);
}
