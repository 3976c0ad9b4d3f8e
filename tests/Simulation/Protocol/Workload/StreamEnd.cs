namespace Simulation.Protocol.Workload;

/// <summary>How far the writer or the reader of a stream is.</summary>
internal enum StreamEnd
{
    Open,

    /// <summary>The writer has written all and said so.</summary>
    Written,

    /// <summary>The reader has read all; the writer knows that it has.</summary>
    Finished,

    /// <summary>The writer gave up, or the reader was told so.</summary>
    Reset,

    /// <summary>The reader gave up, or the writer was told so.</summary>
    Stopped,
}
