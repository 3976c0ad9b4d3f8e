namespace Scp.Transport.Udp;

/// <summary>What went through a socket since it was opened, and what did not.</summary>
internal record struct UdpCounters
{
    public long DatagramsReceived { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>System calls made to receive, those that found nothing included.</summary>
    public long ReceiveCalls { get; set; }

    /// <summary>Arrived and thrown away: longer than the protocol ever sends, or cut by the kernel.</summary>
    public long ReceivedTooLarge { get; set; }

    /// <summary>Calls to receive that failed for another reason than that nothing waits: a late error of a datagram sent before.</summary>
    public long ReceiveErrors { get; set; }

    public long DatagramsSent { get; set; }

    public long BytesSent { get; set; }

    /// <summary>System calls made to send.</summary>
    public long SendCalls { get; set; }

    /// <summary>Of the datagrams sent, those that went as part of a run that the kernel splits.</summary>
    public long SentInRuns { get; set; }

    /// <summary>Not sent: the kernel had no room (EAGAIN, ENOBUFS, ENOMEM).</summary>
    public long DroppedNoRoom { get; set; }

    /// <summary>Not sent: larger than the device's MTU (EMSGSIZE). The search for the path MTU ends here on its own.</summary>
    public long DroppedTooLarge { get; set; }

    /// <summary>Not sent for any other reason: no route, a firewall, an address that this socket cannot reach.</summary>
    public long DroppedRefused { get; set; }
}
