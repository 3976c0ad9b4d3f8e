using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;

namespace Simulation.Network;

/// <summary>
/// UDP between the nodes. Each datagram gets its verdict from the path when it is sent and arrives as a copy of its bytes.
/// Somebody may listen on the wire: every datagram is shown to <see cref="Tap"/> first.
/// </summary>
internal sealed class DatagramNetwork(PathTable paths, AddressBook addresses, SimTrace trace) : ISimSource
{
    /// <summary>IPv6 and UDP: what a datagram weighs on the line beyond its payload.</summary>
    public const int HeaderBytes = 48;

    private readonly DeliveryQueue<Datagram> _underWay = new();
    private readonly Stack<byte[]> _buffers = new();
    private readonly IDatagramReceiver?[] _receivers = new IDatagramReceiver?[paths.Nodes];

    /// <summary>Sees what is sent: sender, address, bytes, time.</summary>
    public DatagramTap? Tap { get; set; }

    public long NextAtNs => _underWay.NextAtNs;

    public long Sent { get; private set; }

    public long Delivered { get; private set; }

    /// <summary>Sent to an address that a node no longer has.</summary>
    public long LostToDeadAddress { get; private set; }

    public void Attach(int node, IDatagramReceiver receiver) => _receivers[node] = receiver;

    public void Send(int from, PathId address, ReadOnlySpan<byte> bytes, long nowNs)
    {
        Sent++;
        trace.Mix(address.Port ^ ((ulong)nowNs << 8));
        trace.Mix(bytes);
        AddressKind kind = addresses.Resolve(address, out int to);
        Tap?.Invoke(from, kind == AddressKind.Stranger ? -1 : to, address, bytes, nowNs);
        if (kind != AddressKind.Live)
        {
            LostToDeadAddress += kind == AddressKind.Dead ? 1 : 0;
            Log(nowNs, from, to, bytes.Length, kind == AddressKind.Dead ? "to an address that is no more" : "to a stranger");
            return;
        }

        Verdict verdict = paths[from, to].Datagrams.Offer(nowNs, bytes.Length + HeaderBytes);
        Log(nowNs, from, to, bytes.Length, verdict);
        for (int copy = 0; copy < verdict.Copies; copy++)
        {
            Put(to, addresses.Of(to, from), bytes, verdict[copy], nowNs);
        }
    }

    /// <summary>Puts a datagram straight before its receiver's door, from whatever address.</summary>
    public void Inject(int to, PathId from, ReadOnlySpan<byte> bytes, long nowNs) => Put(to, from, bytes, new Delivery(nowNs), nowNs);

    public void Advance(long nowNs)
    {
        while (_underWay.TryDequeueDue(nowNs, out Datagram datagram))
        {
            Delivered++;
            trace.Mix(datagram.From.Port ^ ((ulong)nowNs << 8));
            _receivers[datagram.To]?.OnDatagram(datagram.From, datagram.Buffer.AsSpan(0, datagram.Length), nowNs);
            _buffers.Push(datagram.Buffer);
        }
    }

    private void Put(int to, PathId from, ReadOnlySpan<byte> bytes, Delivery delivery, long nowNs)
    {
        if (delivery.IsCorrupted && delivery.CorruptBit < HeaderBytes * 8)
        {
            // A broken header does not reach the socket.
            return;
        }

        byte[] buffer = _buffers.TryPop(out byte[]? pooled) ? pooled : new byte[ScpLimits.MaxDatagramBytes];
        bytes.CopyTo(buffer);
        if (delivery.IsCorrupted)
        {
            int bit = delivery.CorruptBit - (HeaderBytes * 8);
            buffer[bit >> 3] ^= (byte)(1 << (bit & 7));
        }

        if (!_underWay.TryEnqueue(Math.Max(nowNs, delivery.DeliverAtNs), new Datagram(to, from, buffer, bytes.Length)))
        {
            throw new SimulationFailedException($"More than {PathLimits.DefaultInFlight} datagrams are under way at {SimTime.Text(nowNs)}.");
        }
    }

    private void Log(long nowNs, int from, int to, int bytes, in Verdict verdict)
    {
        if (trace.IsOn)
        {
            string fate = verdict.Copies switch
            {
                0 => $"lost ({verdict.Reason})",
                1 => $"arrives {SimTime.Text(verdict.First.DeliverAtNs)}{(verdict.First.IsCorrupted ? " corrupted" : "")}",
                _ => $"arrives {SimTime.Text(verdict.First.DeliverAtNs)} and again {SimTime.Text(verdict.Second.DeliverAtNs)}",
            };
            Log(nowNs, from, to, bytes, fate);
        }
    }

    private void Log(long nowNs, int from, int to, int bytes, string fate)
    {
        if (trace.IsOn)
        {
            trace.Write(nowNs, $"n{from} > n{to}  datagram #{Sent} of {bytes} B {fate}");
        }
    }

    private readonly record struct Datagram(int To, PathId From, byte[] Buffer, int Length);
}
