using Scp.Protocol.Lanes;

namespace Scp.Protocol.Session;

/// <summary>
/// One bulk lane: a TCP connection inside TLS, from the moment the handshake of TLS is done. Its first frame each way is
/// a hello; what it carries after that belongs to a session.
/// </summary>
internal sealed class Lane
{
    private const int MaxControlBytes = 64 * 1024;

    private byte[] _control = [];
    private int _controlHead;
    private int _controlTail;

    public Lane(LaneId id, string peerName, bool isInitiator)
    {
        Id = id;
        PeerName = peerName;
        IsInitiator = isInitiator;
    }

    public LaneId Id { get; }

    /// <summary>The node that TLS proved the peer to be.</summary>
    public string PeerName { get; }

    public bool IsInitiator { get; }

    public LaneReader Reader { get; } = new();

    public ScpSession? Session { get; set; }

    /// <summary>Which of the session's lanes this is.</summary>
    public int Index { get; set; }

    /// <summary>Both hellos have been seen.</summary>
    public bool IsUp { get; set; }

    /// <summary>What this side's hello asked for.</summary>
    public LaneHelloKind Asked { get; set; }

    /// <summary>This side's contribution to the keys of the epoch that the hello begins.</summary>
    public byte[] Random { get; set; } = [];

    /// <summary>To be closed once what waits has been written.</summary>
    public bool IsClosing { get; set; }

    /// <summary>When the peer was last known to be at the other end.</summary>
    public long HeardAtNs { get; private set; }

    /// <summary>Since when an answer is awaited, by a hello or a ping; <see cref="long.MaxValue"/> when none is.</summary>
    public long AskedAtNs { get; set; } = long.MaxValue;

    public bool HasControl => _controlHead < _controlTail;

    /// <summary>Queues a small frame; false when the peer asks for more than it reads.</summary>
    public bool TryQueue(ReadOnlySpan<byte> frame)
    {
        if (_controlTail - _controlHead + frame.Length > MaxControlBytes)
        {
            return false;
        }

        if (_controlTail + frame.Length > _control.Length)
        {
            var larger = new byte[Math.Max(256, 2 * (_controlTail - _controlHead + frame.Length))];
            _control.AsSpan(_controlHead, _controlTail - _controlHead).CopyTo(larger);
            _controlTail -= _controlHead;
            _controlHead = 0;
            _control = larger;
        }

        frame.CopyTo(_control.AsSpan(_controlTail));
        _controlTail += frame.Length;
        return true;
    }

    public void OnHeard(long nowNs)
    {
        HeardAtNs = nowNs;
        AskedAtNs = long.MaxValue;
    }

    /// <summary>Nobody takes what waits: the lane can be closed at once.</summary>
    public void Abandon()
    {
        _control = [];
        _controlHead = _controlTail = 0;
        IsUp = false;
        IsClosing = true;
    }

    public int TakeControl(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, _controlTail - _controlHead);
        _control.AsSpan(_controlHead, count).CopyTo(destination);
        _controlHead += count;
        if (_controlHead == _controlTail)
        {
            _controlHead = _controlTail = 0;
        }

        return count;
    }
}
