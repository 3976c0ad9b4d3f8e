using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using Scp.Serialization;

namespace Scp.Benchmarks;

/// <summary>
/// A message of the usual kind, 46 bytes on the wire: six integers, a flag, a time and two short names. The baseline is
/// System.Text.Json with generated code on the same object, the fastest codec that comes with the platform.
/// </summary>
[MemoryDiagnoser]
public class MessagePackBenchmarks : IDisposable
{
    private readonly Heartbeat _message = Heartbeat.Sample();
    private readonly byte[] _buffer = new byte[256];
    private readonly ArrayBufferWriter<byte> _output = new(256);
    private byte[] _encoded = [];
    private byte[] _json = [];
    private ReadOnlySequence<byte> _segmented;
    private Utf8JsonWriter _jsonWriter = null!;

    [GlobalSetup]
    public void Setup()
    {
        _encoded = MessagePackSerializer.Serialize(_message);
        _json = JsonSerializer.SerializeToUtf8Bytes(_message, HeartbeatJson.Default.Heartbeat);
        _jsonWriter = new Utf8JsonWriter(_output);
        var tail = new Segment(_encoded.AsMemory(23), 23, null);
        _segmented = new ReadOnlySequence<byte>(new Segment(_encoded.AsMemory(0, 23), 0, tail), 0, tail, tail.Memory.Length);
        if (_encoded.Length != Heartbeat.EncodedBytes)
        {
            throw new InvalidOperationException($"The message takes {_encoded.Length} bytes.");
        }
    }

    [Benchmark]
    public int Encode()
    {
        _ = MessagePackSerializer.TrySerialize(_message, _buffer, out int written);
        return written;
    }

    [Benchmark]
    public int EncodeToBufferWriter()
    {
        _output.ResetWrittenCount();
        MessagePackSerializer.Serialize(_message, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public Heartbeat? Decode()
    {
        _ = MessagePackSerializer.TryDeserialize<Heartbeat>(_encoded, out Heartbeat? message, out _);
        return message;
    }

    [Benchmark]
    public Heartbeat? DecodeTwoSegments()
    {
        _ = MessagePackSerializer.TryDeserialize<Heartbeat>(_segmented, out Heartbeat? message, out _);
        return message;
    }

    [Benchmark]
    public bool Skip()
    {
        var reader = new MessagePackReader(_encoded);
        return reader.TrySkip();
    }

    [Benchmark]
    public int EncodeJson()
    {
        _output.ResetWrittenCount();
        _jsonWriter.Reset(_output);
        JsonSerializer.Serialize(_jsonWriter, _message, HeartbeatJson.Default.Heartbeat);
        return _output.WrittenCount;
    }

    [Benchmark(Baseline = true)]
    public Heartbeat? DecodeJson() => JsonSerializer.Deserialize(_json, HeartbeatJson.Default.Heartbeat);

    [GlobalCleanup]
    public void Dispose()
    {
        _jsonWriter.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex, Segment? next)
        {
            Memory = memory;
            RunningIndex = runningIndex;
            Next = next;
        }
    }
}

/// <summary>The message that is measured.</summary>
[MessagePackObject]
public sealed partial record Heartbeat(
    [Key(0)] byte Version,
    [Key(1)] ulong Node,
    [Key(2)] uint Term,
    [Key(3)] ushort Shards,
    [Key(4)] long Offset,
    [Key(5)] int Load,
    [Key(6)] bool IsLeader,
    [Key(7)] DateTime SentAt,
    [Key(8)] string Site,
    [Key(9)] string Rack)
{
    public const int EncodedBytes = 46;

    public static Heartbeat Sample() => new(
        Version: 3,
        Node: 4711,
        Term: 150,
        Shards: 200,
        Offset: 1_000_000,
        Load: -5,
        IsLeader: true,
        SentAt: new DateTime(2026, 3, 14, 15, 9, 26, 535, DateTimeKind.Utc),
        Site: "frankfurt",
        Rack: "rack-0042");
}

[JsonSerializable(typeof(Heartbeat))]
internal sealed partial class HeartbeatJson : JsonSerializerContext;
