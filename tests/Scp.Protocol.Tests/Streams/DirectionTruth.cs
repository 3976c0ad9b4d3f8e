namespace Scp.Protocol.Tests.Streams;

/// <summary>What one side wrote to a stream and what the other side made of it: the oracle of one direction.</summary>
internal sealed class DirectionTruth(StreamId id, bool fromInitiator)
{
    public StreamId Id { get; } = id;

    public int Key { get; } = Pattern.Key(id, fromInitiator);

    public long Written { get; set; }

    public bool IsFinishedByWriter { get; set; }

    public bool IsReset { get; set; }

    public bool IsStopped { get; set; }

    public bool SawSendCompleted { get; set; }

    public bool SawStopped { get; set; }

    public long Read { get; private set; }

    public bool SawEnd { get; set; }

    public bool SawFinishedEvent { get; set; }

    public bool SawReset { get; set; }

    public bool CanWrite => !IsFinishedByWriter && !IsReset && !SawStopped;

    public bool CanRead => !SawEnd && !SawReset && !IsStopped;

    public bool IsSettled => IsReset || IsStopped ? SawReset || SawEnd || IsStopped : SawEnd && SawFinishedEvent && SawSendCompleted;

    /// <summary>The reader took these bytes: they must be the very next ones.</summary>
    public void OnRead(ReadOnlySpan<byte> bytes)
    {
        Assert.That(Read + bytes.Length, Is.LessThanOrEqualTo(Written), $"stream {Id} delivered more than was written");
        Assert.That(Pattern.Matches(Key, Read, bytes), Is.True, $"stream {Id} delivered wrong bytes at {Read}");
        Assert.That(SawReset, Is.False, $"stream {Id} delivered bytes after a reset");
        Read += bytes.Length;
    }

    public void OnEnd()
    {
        Assert.That(IsFinishedByWriter, Is.True, $"stream {Id} ended though its writer went on");
        Assert.That(Read, Is.EqualTo(Written), $"stream {Id} ended early");
        SawEnd = true;
    }

    public override string ToString() =>
        $"{Id}: read {Read} of {Written}, finished {IsFinishedByWriter}/{SawEnd}/{SawFinishedEvent}/{SawSendCompleted}, "
        + $"reset {IsReset}/{SawReset}, stopped {IsStopped}/{SawStopped}";
}
