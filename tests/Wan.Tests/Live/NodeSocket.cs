using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wan.Control;
using Wan.Forwarding;
using Wan.Network;

namespace Wan.Tests.Live;

/// <summary>
/// A UDP socket inside a node, held by the test: a socket stays in the namespace of the thread that made it, so the test
/// measures both ends with one clock and starts no program.
/// </summary>
internal sealed class NodeSocket : IDisposable
{
    private const int Port = 9_000;
    private const int BufferBytes = 4 << 20;

    private readonly Socket _socket;

    public NodeSocket(WanState wan, int node, bool v6 = false)
    {
        Node = node;
        Socket? made = null;
        OwnThread.Run(() =>
        {
            NetworkNamespace.Enter($"/proc/{wan.Process.Pid}/fd/{wan.Namespaces[node - 1]}");
            made = new Socket(v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveBufferSize = BufferBytes,
            };
            made.Bind(Address(node, v6));
        });
        _socket = made!;
        IsV6 = v6;
    }

    public int Node { get; }

    private bool IsV6 { get; }

    public void SendTo(NodeSocket other, int number) => _socket.SendTo(BitConverter.GetBytes(number), Address(other.Node, IsV6));

    /// <summary>The number that arrived, and when by the clock of <see cref="Stopwatch"/>; nothing when none came in time.</summary>
    public (int Number, long AtTicks)? Receive(int timeoutMs)
    {
        byte[] buffer = new byte[64];
        if (!_socket.Poll(timeoutMs * 1_000, SelectMode.SelectRead))
        {
            return null;
        }

        _socket.Receive(buffer);
        return (BitConverter.ToInt32(buffer), Stopwatch.GetTimestamp());
    }

    public void Dispose() => _socket.Dispose();

    private static IPEndPoint Address(int node, bool v6) => new(v6 ? AddressPlan.V6(node) : AddressPlan.V4(node), Port);
}
