using System.Buffers.Binary;
using System.Security.Cryptography;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Crypto;

/// <summary>
/// The cipher of one direction in one key phase. The nonce is the phase's IV with the full packet number, as eight
/// big-endian bytes, XORed into its end. Takes ownership of its traffic secret, and wipes it as soon as the next phase
/// has been derived from it, so that what was captured before can no longer be opened by whoever takes the memory later.
/// </summary>
internal sealed class PhaseKeys<TAead> : IDisposable
    where TAead : struct, IDatagramAead<TAead>
{
    private readonly TrafficSecret _secret;
    private readonly uint _ivHead;
    private readonly ulong _ivTail;
    private readonly TAead _aead;

    public PhaseKeys(TrafficSecret secret, ulong phase)
    {
        _secret = secret;
        Phase = phase;

        Span<byte> iv = stackalloc byte[KeySchedule.IvBytes];
        KeySchedule.Expand(secret.Bytes, KeySchedule.IvLabel, iv);
        _ivHead = BinaryPrimitives.ReadUInt32BigEndian(iv);
        _ivTail = BinaryPrimitives.ReadUInt64BigEndian(iv[sizeof(uint)..]);

        Span<byte> key = stackalloc byte[KeySchedule.KeyBytes];
        KeySchedule.Expand(secret.Bytes, KeySchedule.KeyLabel, key);
        _aead = TAead.Create(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Changes of key since the epoch began; a header carries the low eight bits.</summary>
    public ulong Phase { get; }

    public void Seal(Span<byte> packet, int payloadBytes, ulong packetNumber)
    {
        Span<byte> nonce = stackalloc byte[KeySchedule.IvBytes];
        FormatNonce(nonce, packetNumber);
        _aead.Seal(
            nonce,
            packet[..DatagramHeader.Size],
            packet.Slice(DatagramHeader.Size, payloadBytes),
            packet.Slice(DatagramHeader.Size + payloadBytes, TAead.TagBytes));
    }

    public bool TryOpen(Span<byte> packet, ulong packetNumber)
    {
        Span<byte> nonce = stackalloc byte[KeySchedule.IvBytes];
        FormatNonce(nonce, packetNumber);
        return _aead.TryOpen(
            nonce,
            packet[..DatagramHeader.Size],
            packet[DatagramHeader.Size..^TAead.TagBytes],
            packet[^TAead.TagBytes..]);
    }

    /// <summary>Derives the keys of the next phase. Once only: this phase can still open and seal, but derive no more.</summary>
    public PhaseKeys<TAead> DeriveNext()
    {
        var next = new PhaseKeys<TAead>(_secret.Next(), Phase + 1);
        _secret.Dispose();
        return next;
    }

    public void Dispose()
    {
        _secret.Dispose();
        _aead.Dispose();
    }

    private void FormatNonce(Span<byte> nonce, ulong packetNumber)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce, _ivHead);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[sizeof(uint)..], _ivTail ^ packetNumber);
    }
}
