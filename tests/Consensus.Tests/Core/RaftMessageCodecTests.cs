using System.Buffers;
using Consensus.Core;
using Scp.Serialization;

namespace Consensus.Tests.Core;

[TestFixture]
public sealed class RaftMessageCodecTests
{
    private const int Rounds = 3000;

    [Test]
    public void Every_message_comes_back_as_it_went()
    {
        for (ulong seed = 1; seed <= Rounds; seed++)
        {
            var message = Make(new RandomSource(seed));
            var arena = new EntryArena();
            Assert.That(RaftMessageCodec.TryRead(Encode(message), arena, out var read), $"seed: {seed}");
            Assert.That(read with { Entries = default }, Is.EqualTo(message with { Entries = default }), $"seed: {seed}");
            Assert.That(Describe(read.Entries), Is.EqualTo(Describe(message.Entries)), $"seed: {seed}");
        }
    }

    [Test]
    public void Spoiled_bytes_are_refused_or_sound_and_never_throw()
    {
        for (ulong seed = 1; seed <= Rounds; seed++)
        {
            var random = new RandomSource(seed);
            byte[] bytes = Encode(Make(random));
            for (long spoils = random.Below(3); spoils >= 0; spoils--)
            {
                bytes[random.Below(bytes.Length)] = (byte)random.Next();
            }

            bytes = random.Below(3) == 0 ? bytes[..(int)random.Below(bytes.Length)] : bytes;
            if (RaftMessageCodec.TryRead(bytes, new EntryArena(), out var message))
            {
                Assert.That(message.Term, Is.Positive, $"seed: {seed}");
                Assert.That(message.Entries.IsEmpty || message.Kind == RaftMessageKind.Append, $"seed: {seed}");
                long index = message.Index;
                foreach (var entry in message.Entries.ToArray())
                {
                    Assert.That(entry.Index, Is.EqualTo(++index), $"seed: {seed}");
                    Assert.That(entry.Term, Is.InRange(Math.Max(1, message.LogTerm), message.Term), $"seed: {seed}");
                }
            }
        }
    }

    [Test]
    public void A_newer_versions_field_is_skipped_and_an_older_versions_is_zero()
    {
        var longer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(longer);
        writer.WriteArrayHeader(14);
        WriteNumbers(ref writer, 12);
        writer.WriteArrayHeader(0);
        writer.WriteString("something new");
        writer.Flush();
        Assert.That(RaftMessageCodec.TryRead(longer.WrittenSpan, new EntryArena(), out var message));
        Assert.That(message.Hint, Is.EqualTo(11));

        var shorter = new ArrayBufferWriter<byte>();
        writer = new MessagePackWriter(shorter);
        writer.WriteArrayHeader(9);
        WriteNumbers(ref writer, 9);
        writer.Flush();
        Assert.That(RaftMessageCodec.TryRead(shorter.WrittenSpan, new EntryArena(), out message));
        Assert.That((message.Commit, message.Round, message.Hint), Is.EqualTo((8L, 0L, 0L)));
    }

    [TestCase(1, 1, TestName = "entries before the entry they follow")]
    [TestCase(9, 9, TestName = "entries of a term to come")]
    [TestCase(3, 2, TestName = "terms that fall")]
    public void Entries_out_of_order_are_refused(long firstTerm, long secondTerm)
    {
        Entry[] entries = [new(5, firstTerm, EntryKind.Command, default), new(6, secondTerm, EntryKind.Command, default)];
        var message = Header(RaftMessageKind.Append) with { Term = 4, Index = 4, LogTerm = 2, Entries = entries };
        Assert.That(RaftMessageCodec.TryRead(Encode(message), new EntryArena(), out _), Is.False);
    }

    [Test]
    public void A_configuration_that_cannot_be_read_is_refused()
    {
        Entry[] entries = [new(1, 1, EntryKind.Configuration, new byte[] { 0x93, 1, 2, 3 })];
        Assert.That(RaftMessageCodec.TryRead(Encode(Header(RaftMessageKind.Append) with { Entries = entries }), new EntryArena(), out _), Is.False);
    }

    [Test]
    public void Configurations_come_back_as_they_went()
    {
        Member[] voters = [Of(3, 7), Of(1, 8)];
        var before = Configuration.TryCreate(voters, [Of(9, 1)], out _)!;
        var target = Configuration.TryCreate([Of(3, 7), Of(4, 2)], [Of(1, 8)], out _)!;
        foreach (var configuration in new[] { Configuration.Empty, before, before.TryEnter(target)!, before.TryEnter(target)!.Leave() })
        {
            Assert.That(ConfigurationCodec.TryDecode(ConfigurationCodec.Encode(configuration).Span, out var read));
            Assert.That(read!.ToString(), Is.EqualTo(configuration.ToString()));
        }

        Assert.That(before.TryEnter(target)!.ToString(), Is.EqualTo("(r3 r4)&(r1 r3)+(r1)"));
    }

    [Test]
    public void Impossible_configurations_say_why()
    {
        Assert.That(Configuration.TryCreate([], [Of(1, 1)], out string? problem), Is.Null);
        Assert.That(problem, Does.Contain("voter"));
        Assert.That(Configuration.TryCreate([Of(1, 1)], [Of(1, 1)], out problem), Is.Null);
        Assert.That(problem, Does.Contain("once"));
        Assert.That(Configuration.TryCreate([Of(1, 1), Of(1, 2)], [], out problem), Is.Null);
        Assert.That(problem, Does.Contain("two nodes"));
        Assert.That(Configuration.TryCreate([.. Enumerable.Range(1, 33).Select(i => Of(i, i))], [], out problem), Is.Null);
        Assert.That(problem, Does.Contain("at most"));
    }

    private static void WriteNumbers(ref MessagePackWriter writer, int count)
    {
        long[] numbers = [(long)RaftMessageKind.Append, 0, 2, 3, 4, 5, 6, 5, 8, 9, 10, 11];
        foreach (long number in numbers.Take(count))
        {
            writer.WriteInt64(number);
        }
    }

    private static Member Of(int replica, int node) => new(new ReplicaId((ulong)replica), new NodeId((ulong)node));

    private static RaftMessage Header(RaftMessageKind kind) =>
        new() { Kind = kind, Group = new GroupId(1), From = new ReplicaId(1), To = new ReplicaId(2), Term = 1 };

    private static RaftMessage Make(RandomSource random)
    {
        var message = new RaftMessage
        {
            Kind = (RaftMessageKind)(1 + random.Below(13)),
            Flags = (RaftMessageFlags)random.Below(16),
            Group = new GroupId(random.Next()),
            From = new ReplicaId(random.Next() | 1),
            To = new ReplicaId(random.Next() | 1),
            Term = 1_000 + random.Below(100_000),
            Index = random.Below(1_000_000),
            LogTerm = random.Below(1_000),
            Commit = random.Below(1_000_000),
            Round = random.Below(1_000),
            PromiseNs = random.Below(3_000_000_000),
            Hint = random.Below(1_000),
        };
        if (message.Kind != RaftMessageKind.Append)
        {
            return message;
        }

        var entries = new Entry[random.Below(5)];
        for (int at = 0; at < entries.Length; at++)
        {
            byte[] data = new byte[random.Below(300)];
            entries[at] = new Entry(message.Index + 1 + at, 1_000 + at, EntryKind.Command, data);
        }

        return message with { Entries = entries };
    }

    private static byte[] Encode(in RaftMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        RaftMessageCodec.Write(ref writer, message);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static string Describe(ReadOnlyMemory<Entry> entries) =>
        string.Join(' ', entries.ToArray().Select(e => $"{e.Index}/{e.Term}/{e.Kind}/{Convert.ToHexString(e.Data.Span)}"));
}
