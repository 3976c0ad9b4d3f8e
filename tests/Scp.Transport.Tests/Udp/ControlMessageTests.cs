using System.Runtime.InteropServices;
using FsCheck;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Tests.Udp;

public sealed unsafe class ControlMessageTests
{
    [Test]
    public void The_kernels_layouts_hold() => Assert.That((sizeof(MessageHeader), sizeof(IoVector)), Is.EqualTo((64, 16)));

    [Test]
    public void The_size_of_joined_datagrams_is_found_behind_other_messages()
    {
        byte[] control = [.. Message(20, 1, 29, new byte[4]), .. Message(20, 17, 104, BitConverter.GetBytes(1200))];
        Assert.That(Read(control), Is.EqualTo(1200));
        Assert.That(Read(control[..24]), Is.Zero);
        Assert.That(Read([]), Is.Zero);
    }

    [TestCase(0UL)]
    [TestCase(15UL)]
    [TestCase(19UL)]
    [TestCase(25UL)]
    [TestCase(ulong.MaxValue)]
    public void A_message_of_a_wrong_length_says_nothing(ulong length) =>
        Assert.That(Read(Message(length, 17, 104, BitConverter.GetBytes(1200))), Is.Zero);

    [TestCase(-5)]
    [TestCase(0)]
    public void A_size_that_is_none_says_nothing(int size) =>
        Assert.That(Read(Message(20, 17, 104, BitConverter.GetBytes(size))), Is.Zero);

    [Property(MaxTest = 500)]
    public void Garbage_is_read_within_its_bounds(byte[] bytes) => Assert.That(Read(bytes), Is.GreaterThanOrEqualTo(0));

    private static byte[] Message(ulong length, int level, int type, byte[] data) =>
        [.. BitConverter.GetBytes(length), .. BitConverter.GetBytes(level), .. BitConverter.GetBytes(type), .. data, .. new byte[-data.Length & 7]];

    /// <summary>At the very end of its own memory, so that reading further has a chance to show.</summary>
    private static int Read(byte[] control)
    {
        void* memory = NativeMemory.Alloc((nuint)Math.Max(1, control.Length));
        try
        {
            control.CopyTo(new Span<byte>(memory, control.Length));
            return ControlMessage.ReadSegment((byte*)memory, (nuint)control.Length);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
