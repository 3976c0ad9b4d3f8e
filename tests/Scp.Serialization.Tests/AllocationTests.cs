using System.Buffers;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Messages;
using Tests.Shared;

namespace Scp.Serialization.Tests;

/// <summary>Encoding allocates nothing; decoding allocates the message and no more.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 1000;

    private static readonly Positional Message =
        new(new NodeId(1234567), "frankfurt", [], new DateTime(2026, 3, 14, 15, 9, 26, 535, DateTimeKind.Utc));

    /// <summary>Keeps what is created reachable: the compiler would otherwise put it on the stack and count nothing.</summary>
    private static Positional? _kept;

    [Test]
    public void EncodingIntoASpanAllocatesNothing()
    {
        byte[] buffer = new byte[128];
        Assert.That(BytesPerRound(() => MessagePackSerializer.TrySerialize(Message, buffer, out _)), Is.Zero);
    }

    [Test]
    public void EncodingIntoABufferWriterAllocatesNothing()
    {
        ArrayBufferWriter<byte> output = new(256);
        Assert.That(
            BytesPerRound(() =>
            {
                output.ResetWrittenCount();
                MessagePackSerializer.Serialize(Message, output);
                return true;
            }),
            Is.Zero);
    }

    [Test]
    public void DecodingAllocatesTheObjectAndItsStringOnly()
    {
        byte[] encoded = MessagePackSerializer.Serialize(Message);
        double expected = BytesPerRound(() =>
        {
            _kept = Message with { Name = new string('x', Message.Name.Length) };
            return true;
        });
        Assert.That(
            BytesPerRound(() => MessagePackSerializer.TryDeserialize<Positional>(encoded, out _kept, out _)), Is.EqualTo(expected));

        ReadOnlySequence<byte> cut = Segments.CutEverywhere(encoded);
        Assert.That(
            BytesPerRound(() => MessagePackSerializer.TryDeserialize<Positional>(cut, out _kept, out _)), Is.EqualTo(expected));
    }

    [Test]
    public void SkippingAllocatesNothing()
    {
        byte[] encoded = MessagePackSerializer.Serialize(Message);
        Assert.That(BytesPerRound(() => new MessagePackReader(encoded).TrySkip()), Is.Zero);
    }

    private static double BytesPerRound(Func<bool> action)
    {
        for (int i = 0; i < Rounds; i++)
        {
            Assert.That(action(), Is.True);
        }

        bool succeeded = true;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                succeeded &= action();
            }
        });
        Assert.That(succeeded, Is.True);
        return (double)allocated / Rounds;
    }
}
