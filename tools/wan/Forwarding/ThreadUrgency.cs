namespace Wan.Forwarding;

/// <summary>How urgently the kernel runs the forwarding thread; the first that it permits is taken.</summary>
internal enum ThreadUrgency
{
    /// <summary>SCHED_FIFO: ahead of every ordinary thread.</summary>
    Realtime,

    /// <summary>Nice −20.</summary>
    Nice,

    /// <summary>Like any other thread.</summary>
    Normal,
}
