using Scp.PathModel;
using Wan.Forwarding;
using Wan.Network;

namespace Wan.Tests.Forwarding;

/// <summary>A forwarder whose devices are one end of a socket pair each; a test holds the other ends.</summary>
internal sealed unsafe class SocketLab : IDisposable
{
    private const int PacketBytes = 1500;

    private readonly PacketPool _pool;
    private readonly int[] _outside;
    private readonly int[] _devices;

    public SocketLab(int nodes, PathProfile profile, int poolPackets = 1000)
    {
        _outside = new int[nodes];
        _devices = new int[nodes];
        int* ends = stackalloc int[2];
        for (int i = 0; i < nodes; i++)
        {
            const int type = Libc.SocketSequencedPackets | Libc.SocketNonBlocking | Libc.SocketCloseOnExec;
            Assert.That(Libc.SocketPair(Libc.FamilyUnix, type, 0, ends), Is.Zero);
            (_outside[i], _devices[i]) = (ends[0], ends[1]);
        }

        _pool = new PacketPool(PacketBytes, poolPackets * 1_536L);
        var core = new ForwardingCore(nodes, profile, seed: 1, _pool, Clock.NowNs);
        Forwarder = new Forwarder(core, _pool, Clock, _devices, ThreadUrgency.Normal);
        Forwarder.Start();
    }

    public MonotonicClock Clock { get; } = new();

    public Forwarder Forwarder { get; }

    public void Send(int node, byte[] packet)
    {
        fixed (byte* bytes = packet)
        {
            Assert.That((int)Libc.Write(_outside[node - 1], bytes, (nuint)packet.Length), Is.EqualTo(packet.Length));
        }
    }

    /// <summary>The next packet for the node; nothing when none comes in time.</summary>
    public byte[]? Receive(int node, int timeoutMs)
    {
        var entry = new Libc.PollEntry { Descriptor = _outside[node - 1], Events = Libc.PollIn };
        var timeout = new Libc.TimeSpec { Seconds = timeoutMs / 1000, Nanoseconds = timeoutMs % 1000 * 1_000_000L };
        if (Libc.Poll(&entry, 1, &timeout, null) <= 0)
        {
            return null;
        }

        byte[] packet = new byte[PacketBytes];
        fixed (byte* bytes = packet)
        {
            nint length = Libc.Read(entry.Descriptor, bytes, PacketBytes);
            return packet[..(int)length];
        }
    }

    public void Close(int node)
    {
        _ = Libc.Close(_outside[node - 1]);
        _outside[node - 1] = -1;
    }

    public void Dispose()
    {
        Forwarder.Dispose();
        _pool.Dispose();
        foreach (int descriptor in _outside.Concat(_devices).Where(descriptor => descriptor >= 0))
        {
            _ = Libc.Close(descriptor);
        }
    }
}
