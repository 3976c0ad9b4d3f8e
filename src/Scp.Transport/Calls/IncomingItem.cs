using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Calls;

/// <summary>
/// What requests and one-ways have in common: a copy of what arrived, kept in memory that serves again when the handler
/// has ended. A handler must not hold on to it longer.
/// </summary>
public abstract class IncomingItem : IThreadPoolWorkItem
{
    private byte[] _buffer = [];
    private int _length;

    private protected IncomingItem(object driver) => Driver = (SessionDriver)driver;

    /// <summary>The node it came from, and the way back to it.</summary>
    public ScpPeer Peer => Driver.Peer;

    public uint Topic { get; private set; }

    public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, _length);

    /// <summary>The sender's place in a trace.</summary>
    public TraceContext? Trace { get; private set; }

    internal SessionDriver Driver { get; }

    void IThreadPoolWorkItem.Execute() => Run();

    internal abstract void Run();

    private protected void Fill(in SessionEvent item)
    {
        ReadOnlySpan<byte> payload = item.Payload;
        if (_buffer.Length < payload.Length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(256, payload.Length));
        }

        payload.CopyTo(_buffer);
        _length = payload.Length;
        Topic = item.Topic;
        Trace = item.Trace;
    }

    private protected void Empty()
    {
        _length = 0;
        if (_buffer.Length > TransportLimits.KeptBufferBytes)
        {
            _buffer = [];
        }
    }
}
