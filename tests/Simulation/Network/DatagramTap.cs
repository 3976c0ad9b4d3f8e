using Scp.Protocol.Session;

namespace Simulation.Network;

/// <summary>Listens to what nodes send; <paramref name="to"/> is −1 when the address is a stranger's.</summary>
internal delegate void DatagramTap(int from, int to, PathId address, ReadOnlySpan<byte> bytes, long nowNs);
