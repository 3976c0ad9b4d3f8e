using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Scp.Protocol;
using Scp.Protocol.Crypto;
using Scp.Protocol.Messages;
using Scp.Protocol.Wire;

namespace Scp.Benchmarks;

/// <summary>
/// A request of 1 KiB as one datagram: frame, header and seal one way, open, check and parse the other. The peer is
/// AesGcm called with nothing around it on as many bytes.
/// </summary>
[MemoryDiagnoser]
public class DatagramBenchmarks : IDisposable
{
    private const int RequestBytes = 1024;
    private const ulong Destination = 0x1234_5678_9ABC_DEF0;

    private readonly byte[] _request = new byte[RequestBytes];
    private readonly byte[] _packet = new byte[ScpLimits.BaseDatagramBytes];
    private readonly byte[] _sealedOnce = new byte[ScpLimits.BaseDatagramBytes];
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _header = new byte[DatagramHeader.Size];
    private readonly byte[] _tag = new byte[16];
    private readonly byte[] _bareCipher = new byte[RequestBytes + 16];
    private readonly byte[] _barePlain = new byte[RequestBytes + 16];
    private AesGcm _aes = null!;
    private PacketProtection _sender = null!;
    private PhaseKeys<AesGcmAead> _receiverKeys = null!;
    private ulong _packetNumber;
    private int _sealedBytes;

    [GlobalSetup]
    public void Setup()
    {
        _aes = new AesGcm(new byte[32], 16);
        byte[] random = new byte[KeySchedule.RandomBytes];
        var session = new SessionId(1, 2);
        // A key phase that never ends, so that every operation does the same.
        _sender = new AeadPacketProtection<AesGcmAead>(DatagramKind.Sealed, long.MaxValue / 4);
        _sender.InstallEpoch(1, KeySchedule.Derive(session, 1, random, random, isInitiator: true));
        _receiverKeys = new PhaseKeys<AesGcmAead>(KeySchedule.Derive(session, 1, random, random, isInitiator: false).Receive, 0);
        _sealedBytes = Encode();
        _packet.CopyTo(_sealedOnce, 0);
        _aes.Encrypt(_nonce, _barePlain, _bareCipher, _tag, _header);
    }

    [Benchmark(Baseline = true)]
    public void BareSeal() => _aes.Encrypt(_nonce, _barePlain, _bareCipher, _tag, _header);

    [Benchmark]
    public void BareOpen() => _aes.Decrypt(_nonce, _bareCipher, _tag, _barePlain, _header);

    [Benchmark]
    public int Encode()
    {
        var writer = new WireWriter(_packet.AsSpan(DatagramHeader.Size));
        MessageFrame.Write(ref writer, MessageKind.Request, new MessageId(3, 77), 0, 1, new MessageHead { Topic = 9, Priority = Priority.Request }, _request);
        return _sender.Seal(_packet, writer.Written, Destination, ++_packetNumber);
    }

    [Benchmark]
    public int Decode()
    {
        // Opening works in place, so each operation starts from a copy; the copy is part of the figure.
        Span<byte> packet = _packet.AsSpan(0, _sealedBytes);
        _sealedOnce.AsSpan(0, _sealedBytes).CopyTo(packet);
        if (!DatagramHeader.TryParse(packet, out DatagramHeader header) || !_receiverKeys.TryOpen(packet, header.PacketNumberLow))
        {
            throw new InvalidOperationException("The datagram does not open.");
        }

        var reader = new WireReader(packet[DatagramHeader.Size..^16]);
        byte type = reader.ReadByte();
        return MessageFrame.TryRead(type, ref reader, out MessageFrame frame) ? frame.Payload.Length : throw new InvalidOperationException("The frame does not parse.");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _aes?.Dispose();
        _sender?.Dispose();
        _receiverKeys?.Dispose();
        GC.SuppressFinalize(this);
    }
}
