using Scp.Protocol.Messages;
using Scp.Protocol.Streams;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Recovery;

/// <summary>
/// Something a packet carried that matters when the packet is acknowledged or lost: a part of a message, or a control
/// frame named by its type and, where it has one, its stream or message.
/// </summary>
internal struct SentItem
{
    public OutgoingMessage? Message;
    public uint Generation;
    public byte Part;
    public FrameType Frame;
    public ulong Key;
    public ulong Value;

    public readonly bool IsMessagePart => Frame == FrameType.Message;

    public readonly bool IsStreamControl => Frame is FrameType.StreamAck or FrameType.StreamCredit or FrameType.SessionCredit
        or FrameType.StreamReset or FrameType.StreamStop;

    public readonly StreamControl StreamControl => new(Frame, new StreamId(Key), (long)Value, (ErrorCode)Generation);

    /// <summary>The message, unless its object has since become another.</summary>
    public readonly OutgoingMessage? OpenMessage =>
        Message is { IsReleased: false } message && message.Generation == Generation ? message : null;

    public static SentItem ForPart(OutgoingMessage message, int part) =>
        new() { Frame = FrameType.Message, Message = message, Generation = message.Generation, Part = (byte)part };

    public static SentItem ForStreamControl(in StreamControl control) =>
        new() { Frame = control.Kind, Key = control.Stream.Value, Value = (ulong)control.Value, Generation = (ushort)control.Code };

    public static SentItem ForControl(FrameType frame, ulong key, ulong value) => new() { Frame = frame, Key = key, Value = value };
}
