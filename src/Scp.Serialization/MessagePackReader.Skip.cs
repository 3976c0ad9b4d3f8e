namespace Scp.Serialization;

/// <summary>Passing over items that nobody here knows.</summary>
public ref partial struct MessagePackReader
{
    /// <summary>
    /// Reads over the next <paramref name="items"/> items with all that they contain. It allocates nothing and keeps no
    /// stack, only the number of items still to come, so depth, length and count need no limit here: what is skipped
    /// must be well formed and whole, and that is all. Strings are not looked into.
    /// </summary>
    public bool TrySkip(int items = 1)
    {
        if (Failed)
        {
            return false;
        }

        long pending = items;
        while (pending > 0)
        {
            // Each item takes a byte at least: a header that announces more than that is refused at once.
            if (pending > Remaining)
            {
                return FailTruncated();
            }

            if (!TryTakeByte(out byte code) || !TrySkipBody(code, out long children))
            {
                return false;
            }

            pending += children - 1;
        }

        return true;
    }

    private bool TrySkipBody(byte code, out long children)
    {
        children = 0;
        switch (MessagePackCode.TypeOf(code))
        {
            case MessagePackType.None:
                return Fail(MessagePackError.ReservedCode);
            case MessagePackType.Array:
                bool isArray = TrySkipCount(code, MessagePackCode.FixArray, MessagePackCode.Array16, out uint elements);
                children = elements;
                return isArray;
            case MessagePackType.Map:
                bool isMap = TrySkipCount(code, MessagePackCode.FixMap, MessagePackCode.Map16, out uint pairs);
                children = 2L * pairs;
                return isMap;
            case MessagePackType.String:
                uint length = (uint)(code - MessagePackCode.FixString);
                return (code < MessagePackCode.Nil || TryReadLongStringLength(code, out length)) && TrySkipBytes(length);
            case MessagePackType.Binary:
                return TrySkipLength(1 << (code - MessagePackCode.Binary8), out uint binary) && TrySkipBytes(binary);
            case MessagePackType.Extension:
                return TryReadExtensionLength(code, out uint payload) && TrySkipBytes(1L + payload);
            case MessagePackType.Float:
                return TrySkipBytes(code == MessagePackCode.Float32 ? sizeof(float) : sizeof(double));
            case MessagePackType.Integer when code is >= MessagePackCode.UInt8 and <= MessagePackCode.Int64:
                return TrySkipBytes(1 << ((code - MessagePackCode.UInt8) & 3));
            default:
                return true;
        }
    }

    private bool TrySkipCount(byte code, byte fix, byte code16, out uint count)
    {
        count = (uint)(code - fix);
        return count <= MessagePackCode.MaxFixCount || TryReadLongCount(code, code16, (byte)(code16 + 1), out count);
    }

    private bool TrySkipLength(int lengthBytes, out uint length)
    {
        length = 0;
        if (!TryGather(lengthBytes, out ulong wide))
        {
            return false;
        }

        length = (uint)wide;
        return true;
    }

    private bool TrySkipBytes(long bytes)
    {
        if (bytes > Remaining)
        {
            return FailTruncated();
        }

        while (bytes > _window.Length - _position)
        {
            bytes -= _window.Length - _position;
            _position = _window.Length;
            if (!TryNextWindow())
            {
                ThrowHelper.ThrowInvalidOperation("The sequence has fewer bytes than it said.");
            }
        }

        _position += (int)bytes;
        return true;
    }
}
