namespace Scp.Protocol.Session;

/// <summary>
/// Random bytes for keys, tokens and challenges. The shell supplies the operating system's generator, a simulator a
/// seeded one: the protocol itself draws nothing.
/// </summary>
public interface IEntropySource
{
    void Fill(Span<byte> destination);
}
