namespace Scp.Protocol.Messages;

/// <summary>
/// The parts of one arriving message. Parts come in any order and more than once; every part but the last has the same
/// size, so each has its place before the total is known.
/// </summary>
internal struct Reassembly
{
    public byte[]? Buffer;
    public MessageHead Head;
    public int Parts;
    public int Length;
    private int _arrived;

    public readonly bool IsComplete => Parts != 0 && _arrived == (1 << Parts) - 1;

    public readonly bool HasBegun => Parts != 0;

    public readonly bool Has(int part) => (_arrived & (1 << part)) != 0;

    /// <summary>Bytes of buffer that a first part will take, for checks against a limit before anything is rented.</summary>
    public static int BytesFor(int parts, int payloadBytes) => PayloadPool.SizeFor(parts == 1 ? payloadBytes : parts * ScpLimits.PartBytes);

    /// <summary>Adds one part; false when it contradicts what came before.</summary>
    public bool TryAdd(PayloadPool pool, int part, int parts, in MessageHead head, ReadOnlySpan<byte> payload)
    {
        if (Parts == 0)
        {
            Parts = parts;
            Buffer = pool.Rent(parts == 1 ? payload.Length : parts * ScpLimits.PartBytes);
        }
        else if (Parts != parts)
        {
            return false;
        }

        if (Has(part))
        {
            return true;
        }

        _arrived |= 1 << part;
        payload.CopyTo(Buffer.AsSpan(part * ScpLimits.PartBytes));
        if (part == 0)
        {
            Head = head;
        }

        if (part == parts - 1)
        {
            Length = (part * ScpLimits.PartBytes) + payload.Length;
        }

        return true;
    }

    /// <summary>Gives the buffer to the caller, who returns it to the pool.</summary>
    public byte[] Detach()
    {
        byte[] buffer = Buffer ?? [];
        this = default;
        return buffer;
    }

    public void Clear(PayloadPool pool)
    {
        if (Buffer is not null)
        {
            pool.Return(Buffer);
        }

        this = default;
    }
}
