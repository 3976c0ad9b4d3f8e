namespace Scp.Protocol.Messages;

/// <summary>Refers to a message that was accepted, for as long as its outcome is open.</summary>
public readonly struct MessageHandle
{
    internal MessageHandle(OutgoingMessage message)
    {
        Message = message;
        Generation = message.Generation;
    }

    internal OutgoingMessage? Message { get; }

    internal uint Generation { get; }

    internal bool IsOpen => Message is { IsReleased: false } message && message.Generation == Generation;
}
