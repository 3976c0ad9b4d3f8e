using System.Numerics;

namespace Scp.Protocol.Messages;

/// <summary>
/// Byte arrays of power-of-two sizes for messages. Owned by one session and used from one thread, so renting is a
/// stack pop; what is over the retention bound goes back to the garbage collector.
/// </summary>
internal sealed class PayloadPool
{
    private const int MinLog = 7;
    private const int MaxLog = 24;
    private const int RetainedBytesPerSize = 256 * 1024;

    private readonly byte[]?[][] _free = new byte[]?[MaxLog - MinLog + 1][];
    private readonly int[] _count = new int[MaxLog - MinLog + 1];

    /// <summary>The bytes that <see cref="Rent"/> really takes, which is what limits count.</summary>
    public static int SizeFor(int minimumBytes) => 1 << (IndexOf(minimumBytes) + MinLog);

    /// <summary>An array of at least <paramref name="minimumBytes"/>; its contents are undefined.</summary>
    public byte[] Rent(int minimumBytes)
    {
        int index = IndexOf(minimumBytes);
        int count = _count[index];
        if (count == 0)
        {
            return GC.AllocateUninitializedArray<byte>(1 << (index + MinLog));
        }

        _count[index] = --count;
        byte[] buffer = _free[index][count]!;
        _free[index][count] = null;
        return buffer;
    }

    public void Return(byte[] buffer)
    {
        if (buffer.Length == 0)
        {
            return;
        }

        int index = IndexOf(buffer.Length);
        byte[]?[] slots = _free[index] ??= new byte[]?[Math.Max(4, RetainedBytesPerSize >> (index + MinLog))];
        if (_count[index] < slots.Length)
        {
            slots[_count[index]++] = buffer;
        }
    }

    private static int IndexOf(int bytes)
    {
        int log = bytes <= 1 << MinLog ? MinLog : 32 - BitOperations.LeadingZeroCount((uint)(bytes - 1));
        if (log > MaxLog)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "No message is that large.");
        }

        return log - MinLog;
    }
}
