using Scp.Protocol.Messages;

namespace Scp.Protocol.Tests.Messages;

[TestFixture]
internal sealed class ReassemblyTests
{
    [Property(MaxTest = 300)]
    public void PartsInAnyOrderAndAnyNumberGiveTheMessage(int seed)
    {
        var random = new Random(seed);
        var pool = new PayloadPool();
        int parts = random.Next(1, ScpLimits.MaxParts + 1);
        var message = new byte[parts == 1 ? random.Next(0, 9000) : ((parts - 1) * ScpLimits.PartBytes) + random.Next(1, ScpLimits.PartBytes + 1)];
        random.NextBytes(message);
        var head = new MessageHead { Topic = (uint)random.Next(), Priority = Priority.Consensus };
        var reassembly = default(Reassembly);
        HashSet<int> arrived = [];
        while (arrived.Count < parts)
        {
            Assert.That(reassembly.IsComplete, Is.False);
            int part = random.Next(parts);
            ReadOnlySpan<byte> payload = parts == 1 ? message : message.AsSpan(part * ScpLimits.PartBytes)[..Math.Min(ScpLimits.PartBytes, message.Length - (part * ScpLimits.PartBytes))];

            // A repeat may differ from the first: what came first counts.
            byte[] sent = payload.ToArray();
            if (arrived.Contains(part))
            {
                random.NextBytes(sent);
            }

            int foretold = Reassembly.BytesFor(parts, sent.Length);
            Assert.That(reassembly.TryAdd(pool, part, parts, part == 0 ? head : default, sent), Is.True);
            Assert.That(reassembly.Buffer, Has.Length.EqualTo(foretold));
            arrived.Add(part);
            Assert.That(Enumerable.Range(0, parts).Where(reassembly.Has), Is.EquivalentTo(arrived));
        }

        Assert.That(reassembly.IsComplete, $"seed {seed}");
        Assert.That(reassembly.Head.Topic, Is.EqualTo(head.Topic));
        Assert.That(reassembly.Length, Is.EqualTo(message.Length));
        int length = reassembly.Length;
        Assert.That(reassembly.Detach().AsSpan(0, length).SequenceEqual(message), $"seed {seed}");
        Assert.That(reassembly.HasBegun, Is.False);
    }

    [Test]
    public void APartThatContradictsTheNumberOfPartsIsRefused()
    {
        var pool = new PayloadPool();
        var reassembly = default(Reassembly);
        Assert.That(reassembly.TryAdd(pool, 1, 3, default, new byte[ScpLimits.PartBytes]), Is.True);
        Assert.That(reassembly.TryAdd(pool, 1, 2, default, new byte[5]), Is.False);
        Assert.That(reassembly.TryAdd(pool, 0, 1, default, new byte[5]), Is.False);
        reassembly.Clear(pool);
        Assert.That(reassembly.TryAdd(pool, 0, 1, default, new byte[5]), Is.True);
    }
}
