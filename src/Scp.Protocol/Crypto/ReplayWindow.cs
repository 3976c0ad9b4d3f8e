using System.Runtime.CompilerServices;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Crypto;

/// <summary>
/// Which of the last <see cref="ScpLimits.ReplayWindowPackets"/> packet numbers have been received: the newest one and
/// those less than that many behind it. Older ones count as received, for nobody can tell any more.
/// <para>
/// Asking and marking are two steps, because a number is asked about before its packet is opened, to save the work, and
/// marked only once the packet proved authentic; otherwise a forger could shut out numbers still to come.
/// </para>
/// <para>
/// The bits are a ring of 2 KiB, allocated by the first packet, so that a session that never came up has none. It does
/// not start smaller: a number that was lost stays open until it leaves the window, so any session that has lived for a
/// while needs all of it, and beside the buffers of its TLS lane it is nothing.
/// </para>
/// </summary>
internal sealed class ReplayWindow
{
    private const int WordBits = 64;
    private const int Words = ScpLimits.ReplayWindowPackets / WordBits;

    private ulong[]? _received;
    private ulong _end;

    /// <summary>The largest number received, 0 before any.</summary>
    public ulong Largest => _end == 0 ? 0 : _end - 1;

    /// <summary>True if the number is neither received nor too old, nor larger than any number may be.</summary>
    public bool IsNew(ulong packetNumber)
    {
        if (packetNumber >= _end)
        {
            return packetNumber <= PacketNumber.Max;
        }

        return _end - packetNumber <= ScpLimits.ReplayWindowPackets
            && (_received![WordOf(packetNumber)] & BitOf(packetNumber)) == 0;
    }

    /// <summary>Marks a number that <see cref="IsNew"/> and whose packet proved authentic.</summary>
    public void Accept(ulong packetNumber)
    {
        if (!IsNew(packetNumber))
        {
            ThrowNotNew(packetNumber);
        }

        _received ??= new ulong[Words];
        if (packetNumber >= _end)
        {
            ForgetLapped(packetNumber);
            _end = packetNumber + 1;
        }

        _received[WordOf(packetNumber)] |= BitOf(packetNumber);
    }

    /// <summary>Clears the bits from the old end to the new newest number: they still hold numbers of one lap before.</summary>
    private void ForgetLapped(ulong newest)
    {
        if (newest - _end >= ScpLimits.ReplayWindowPackets)
        {
            Array.Clear(_received!);
            return;
        }

        ulong next = _end;
        while (next <= newest)
        {
            int bit = (int)(next % WordBits);
            ulong count = Math.Min(newest - next + 1, (ulong)(WordBits - bit));
            ulong mask = ulong.MaxValue >> (WordBits - (int)count) << bit;
            _received![WordOf(next)] &= ~mask;
            next += count;
        }
    }

    private static int WordOf(ulong packetNumber) => (int)(packetNumber / WordBits % Words);

    private static ulong BitOf(ulong packetNumber) => 1UL << (int)(packetNumber % WordBits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotNew(ulong packetNumber) =>
        throw new InvalidOperationException($"Packet {packetNumber} was accepted twice.");
}
