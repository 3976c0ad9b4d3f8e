namespace Scp.Protocol.Session;

/// <summary>What a session has measured and done. Placement, elections and operators read this; nobody else pings.</summary>
public readonly record struct SessionStatistics
{
    public long SmoothedRttNs { get; init; }

    public long MinRttNs { get; init; }

    /// <summary>Mean deviation of the round trip.</summary>
    public long JitterNs { get; init; }

    /// <summary>Estimated probability that a packet sent is lost, in parts per million.</summary>
    public int LossPpm { get; init; }

    /// <summary>Length that nine of ten outages stay within; zero while losses come one by one.</summary>
    public long BurstNs { get; init; }

    /// <summary>Phi: the suspicion that the peer is gone. One means one in ten.</summary>
    public double Suspicion { get; init; }

    public uint Epoch { get; init; }

    public int Lanes { get; init; }

    public bool DatagramsOpen { get; init; }

    public long PacketsSent { get; init; }

    public long PacketsReceived { get; init; }

    public long PacketsLost { get; init; }

    public long SpuriousLosses { get; init; }

    /// <summary>Packets rebuilt from parity.</summary>
    public long PacketsRecovered { get; init; }

    public long ProbesSent { get; init; }

    /// <summary>Bytes on the wire, IP and UDP headers included, redundancy too.</summary>
    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>Of the bytes sent: parity, copies and repeats within the budget.</summary>
    public long RedundantBytesSent { get; init; }

    /// <summary>Of the bytes sent: copies of urgent messages, which have a budget of their own.</summary>
    public long UrgentBytesSent { get; init; }

    /// <summary>Datagrams dropped: malformed, forged, replayed, of unknown keys.</summary>
    public long DatagramsDropped { get; init; }

    public long EstimatedRateBytesPerSecond { get; init; }

    public long BytesInFlight { get; init; }

    public int PacketsInFlight { get; init; }

    public int MessagesQueued { get; init; }

    public int IncomingBytesHeld { get; init; }

    public int ReplyBytesKept { get; init; }

    public int EventsWaiting { get; init; }

    public int DatagramBytes { get; init; }

    /// <summary>Changes of key within the present epoch.</summary>
    public long Rekeys { get; init; }

    /// <summary>Times the session went on after all its lanes were lost.</summary>
    public long Resumes { get; init; }

    /// <summary>Replies given up for want of memory before they were acknowledged.</summary>
    public long RepliesForgotten { get; init; }

    public int StreamsOpen { get; init; }

    /// <summary>Bytes written to streams and not yet acknowledged.</summary>
    public long StreamBytesBuffered { get; init; }
}
